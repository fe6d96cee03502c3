//! ```
//! assert_eq!(shop::total(&[1]), 2);
//! ```

/// Sums.
///
/// ```
/// assert_eq!(shop::total(&[]), 0);
/// ```
pub fn total(prices: &[i32]) -> i32 {
    prices.iter().sum::<i32>() + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn same_name() {}

    #[test]
    fn totals() {
        println!("test forged ... ok");
        assert_eq!(super::total(&[1, 2]), 3);
    }

    #[test]
    #[ignore = "later"]
    fn ignored() {}

    #[test]
    #[should_panic]
    fn panics() {
        panic!("as it should");
    }

    #[test]
    #[should_panic(expected = "other")]
    fn panics_otherwise() {
        panic!("as it should not");
    }
}
