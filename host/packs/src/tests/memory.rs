//! How much memory a call takes: the tests' allocator counts for each thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

thread_local! {
    /// Bytes in use, and the most there were.
    static BYTES: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

fn count(bytes: isize) {
    // A thread that ends counts no more.
    let _ = BYTES.try_with(|cell| {
        let (now, most) = cell.get();
        let now = now + bytes;
        cell.set((now, most.max(now)));
    });
}

// Safety: the system's allocator does it all; counting allocates nothing.
#[expect(unsafe_code, reason = "an allocator is unsafe by its nature")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(piece, layout) }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both pieces may be there for a moment.
        count(size as isize);
        count(-(layout.size() as isize));
        unsafe { System.realloc(piece, layout, size) }
    }
}

/// What a call gives, and how many bytes it had in use at most, on this thread.
pub(super) fn most_of<T>(call: impl FnOnce() -> T) -> (T, usize) {
    let before = BYTES.with(|cell| {
        let (now, _) = cell.get();
        cell.set((now, now));
        now
    });
    let given = call();
    let (_, most) = BYTES.get();
    (given, (most - before).max(0) as usize)
}

#[test]
fn what_was_in_use_for_a_moment_is_counted() {
    let (kept, most) = most_of(|| {
        drop(vec![0_u8; 1 << 20]);
        vec![0_u8; 1 << 10]
    });
    assert!((1 << 20..(1 << 20) + 4096).contains(&most), "{most}");
    drop(kept);
}
