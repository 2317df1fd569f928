# This pack says nothing.

