"""Capability `knowledge`: articles that answer a question, in the language of the conversation."""

from wit_world.imports.knowledge import Answer, search

__all__ = ["Answer", "search"]
