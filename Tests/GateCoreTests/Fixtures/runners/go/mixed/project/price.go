package shop

// Total is wrong by one.
func Total(prices ...int) int {
	sum := 1
	for _, price := range prices {
		sum += price
	}
	return sum
}
