#[cfg(test)]
mod tests {
    #[test]
    fn prints() {
        print!("no line end");
    }

    #[test]
    fn one() {}
}
