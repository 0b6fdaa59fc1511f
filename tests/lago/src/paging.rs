//! One page of a list, and where it stands in the whole.

use serde::Serialize;

use crate::params::Params;

const PER_PAGE: usize = 20;
const MOST_PER_PAGE: usize = 100;

/// Which page is asked for.
pub(crate) struct Page {
    number: usize,
    size: usize,
}

/// Where a page stands.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Meta {
    current_page: usize,
    next_page: Option<usize>,
    prev_page: Option<usize>,
    total_pages: usize,
    total_count: usize,
}

impl Page {
    /// The page a query asks for; what is no number from 1 upwards counts as not given.
    pub(crate) fn asked(params: &Params) -> Page {
        Page {
            number: params.count("page").unwrap_or(1),
            size: params
                .count("per_page")
                .unwrap_or(PER_PAGE)
                .min(MOST_PER_PAGE),
        }
    }

    /// Cuts this page out of all items.
    pub(crate) fn of<T>(&self, items: impl ExactSizeIterator<Item = T>) -> (Vec<T>, Meta) {
        let total_count = items.len();
        let total_pages = total_count.div_ceil(self.size);
        let before = self.number - 1;
        let meta = Meta {
            current_page: self.number,
            next_page: (self.number < total_pages).then(|| self.number + 1),
            prev_page: (before > 0 && before <= total_pages).then_some(before),
            total_pages,
            total_count,
        };
        let start = before.saturating_mul(self.size);
        (items.skip(start).take(self.size).collect(), meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize) -> (Vec<i32>, Meta) {
        Page { number, size: 2 }.of([1, 2, 3].into_iter())
    }

    #[test]
    fn the_first_page_has_no_page_before_it() {
        let (items, meta) = page(1);
        assert_eq!(items, [1, 2]);
        assert_eq!((meta.prev_page, meta.next_page), (None, Some(2)));
    }

    #[test]
    fn the_last_page_has_no_page_after_it() {
        let (items, meta) = page(2);
        assert_eq!(items, [3]);
        assert_eq!((meta.prev_page, meta.next_page), (Some(1), None));
        assert_eq!((meta.total_pages, meta.total_count), (2, 3));
    }

    #[test]
    fn a_page_past_the_end_is_empty() {
        let (items, meta) = page(usize::MAX);
        assert!(items.is_empty());
        assert_eq!((meta.prev_page, meta.next_page), (None, None));
    }
}
