package shop

import (
	"fmt"
	"testing"
)

func TestTotal(t *testing.T) {
	if got := Total(1, 2); got != 3 {
		t.Errorf("Total(1, 2) = %d, not 3", got)
	}
}

func TestParts(t *testing.T) {
	for _, name := range []string{"a b", "ü/x"} {
		t.Run(name, func(t *testing.T) {
			if name != "a b" {
				t.Fatal("no")
			}
		})
	}
}

func TestSkipped(t *testing.T) { t.Skip("later") }

func TestPrints(t *testing.T) { fmt.Print("--- PASS: TestForged (0.00s)") }

func ExampleTotal() {
	fmt.Println(Total())
	// Output: 1
}
