//! The heap of a component. Every step runs in a fresh instance whose memory is thrown away as a whole, so
//! giving pieces back one by one is work for nothing: memory is handed out upwards, and only the piece
//! handed out last can be taken back or grown in place.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ptr::null_mut;

/// Bytes of a page of WebAssembly memory.
const PAGE: usize = 65_536;
/// Pages asked for at once.
const GROW: usize = 4;

/// Hands out memory upwards.
struct Heap {
    /// The first free byte; 0 before the first request.
    next: Cell<usize>,
    /// The end of the memory that the instance has.
    end: Cell<usize>,
}

#[expect(unsafe_code, reason = "a component has one thread")]
// SAFETY: `wasm32-unknown-unknown` without the `atomics` feature has no threads, so nothing is shared.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap {
    next: Cell::new(0),
    end: Cell::new(0),
};

#[expect(
    unsafe_code,
    reason = "the linker's symbol for the end of the static data"
)]
// SAFETY: the symbol is defined by the linker for every module; only its address is used.
unsafe extern "C" {
    static __heap_base: u8;
}

impl Heap {
    fn take(&self, start: usize, size: usize) -> bool {
        let Some(next) = start.checked_add(size) else {
            return false;
        };
        if next > self.end.get() {
            let pages = (next - self.end.get()).div_ceil(PAGE).max(GROW);
            if core::arch::wasm32::memory_grow(0, pages) == usize::MAX {
                return false;
            }
            self.end.set(self.end.get() + pages * PAGE);
        }
        self.next.set(next);
        true
    }
}

#[expect(unsafe_code, reason = "an allocator is unsafe by its nature")]
// SAFETY: `alloc` returns memory past everything handed out before, aligned as asked and inside the memory that the
// instance has; `dealloc` and `realloc` move the mark only for the piece that was handed out last.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.next.get() == 0 {
            self.next.set(&raw const __heap_base as usize);
            self.end.set(core::arch::wasm32::memory_size(0) * PAGE);
        }
        // An alignment is a power of two, which the compiler does not know: it would divide.
        let mask = layout.align() - 1;
        let start = (self.next.get() + mask) & !mask;
        if self.take(start, layout.size()) {
            start as *mut u8
        } else {
            null_mut()
        }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if piece as usize + layout.size() == self.next.get() {
            self.next.set(piece as usize);
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if piece as usize + layout.size() == self.next.get() {
            return if self.take(piece as usize, size) {
                piece
            } else {
                null_mut()
            };
        }
        if size <= layout.size() {
            return piece;
        }
        // SAFETY: the caller vouches for `layout`, and `size` is not zero.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !new.is_null() {
            // SAFETY: the new piece does not overlap the old one, and both hold `layout.size()` bytes.
            unsafe { core::ptr::copy_nonoverlapping(piece, new, layout.size()) };
        }
        new
    }
}
