//! Where the process gets its memory from, and how it gives it back.
//!
//! Turns make many small, short-lived pieces on several threads, which mimalloc is made for. Of pieces above 10 KiB it
//! keeps, on each thread and for each of some dozen sizes, 512 KiB: tens of MiB with the threads of a host, nearly
//! all of it empty after a burst of work. Such pieces are few, so they come from the system's heap.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use libmimalloc_sys::{mi_malloc, mi_realloc, mi_zalloc};
use mimalloc::MiMalloc;

/// What is larger comes from the system.
const SMALL: usize = 10 << 10;
/// Every piece of mimalloc of this size or more is aligned to it, and a smaller one to its size.
const ALIGNED: usize = 16;
/// How often memory is given back that is kept for pieces to come.
const GIVEN_BACK: Duration = Duration::from_secs(5);

/// The process's memory: see the module.
pub(crate) struct Memory;

/// Whether mimalloc aligns a piece well enough without being told. Told, it may give a larger piece for any size that is no power of
/// two, and frees all pieces beside it the slow way (`alloc-aligned.c` of its version 3).
const fn is_aligned_anyway(layout: Layout) -> bool {
    layout.align() <= ALIGNED && layout.align() <= layout.size()
}

// Safety: a piece's layout says who made it, so whoever made it takes it back; both keep the contract themselves.
#[expect(unsafe_code, reason = "an allocator is unsafe by its nature")]
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() <= SMALL && is_aligned_anyway(layout) {
            unsafe { mi_malloc(layout.size()).cast() }
        } else if layout.size() <= SMALL {
            unsafe { MiMalloc.alloc(layout) }
        } else {
            unsafe { System.alloc(layout) }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.size() <= SMALL && is_aligned_anyway(layout) {
            unsafe { mi_zalloc(layout.size()).cast() }
        } else if layout.size() <= SMALL {
            unsafe { MiMalloc.alloc_zeroed(layout) }
        } else {
            unsafe { System.alloc_zeroed(layout) }
        }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if layout.size() <= SMALL {
            unsafe { MiMalloc.dealloc(piece, layout) }
        } else {
            unsafe { System.dealloc(piece, layout) }
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match (layout.size() <= SMALL, size <= SMALL) {
            (true, true) if layout.align() <= ALIGNED && layout.align() <= size => {
                return unsafe { mi_realloc(piece.cast(), size).cast() };
            }
            (true, true) => return unsafe { MiMalloc.realloc(piece, layout, size) },
            (false, false) => return unsafe { System.realloc(piece, layout, size) },
            _ => {}
        }
        // Safety: whoever asks keeps `size`, rounded up to the alignment, below `isize::MAX`.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let moved = unsafe { self.alloc(wanted) };
        if !moved.is_null() {
            // Safety: both pieces hold that many bytes, and one of them is new.
            unsafe {
                std::ptr::copy_nonoverlapping(piece, moved, layout.size().min(size));
                self.dealloc(piece, layout);
            }
        }
        moved
    }
}

/// Maps very large pieces each for itself. The C library does so at first, but not any more after it has seen a few:
/// then it clears all of what sled asks for as zeros and hardly touches. With that number set, it would also give back the end
/// of the heap whenever 128 KiB of it are free, and an encoder, which asks for as much and frees it many times for one sentence,
/// would touch new pages each time. To be called before there is a second thread.
pub(crate) fn prepare() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "the C library has no safe door to its heap")]
    // Safety: it stores numbers.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 256 << 10);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 16 << 20);
    }
}

/// Gives back, now and then, what the system's heap keeps between the pieces in use. Ends when the runtime does.
pub(crate) async fn give_back() {
    loop {
        tokio::time::sleep(GIVEN_BACK).await;
        if tokio::task::spawn_blocking(trim).await.is_err() {
            return;
        }
    }
}

fn trim() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "the C library has no safe door to its heap")]
    // Safety: it takes the locks that every allocation takes.
    unsafe {
        libc::malloc_trim(0);
    }
}

thread_local! {
    static TIDIED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Takes back what other threads freed of the calling thread's small pieces, which mimalloc does by itself only when it
/// needs some of that size. For a thread that has nothing to do; it may be called often.
pub(crate) fn tidy() {
    let now = Instant::now();
    let is_due = |last| now.duration_since(last) >= GIVEN_BACK;
    if !TIDIED.get().is_none_or(is_due) {
        return;
    }
    TIDIED.set(Some(now));
    #[expect(unsafe_code, reason = "there is no other door to it")]
    // Safety: it works on the calling thread's own heap.
    unsafe {
        libmimalloc_sys::mi_collect(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_large_and_shrinks_again_keeps_its_bytes() {
        let byte = |place: usize| (place % 251) as u8;
        let mut bytes = Vec::new();
        bytes.extend((0..4 * SMALL).map(byte));
        bytes.truncate(SMALL + 1);
        bytes.shrink_to_fit();
        bytes.truncate(SMALL);
        bytes.shrink_to_fit();
        assert!(bytes.iter().copied().eq((0..SMALL).map(byte)));
        bytes.reserve_exact(100 * SMALL);
        assert!(bytes.into_iter().eq((0..SMALL).map(byte)));
    }
}
