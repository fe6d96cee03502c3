package other

import "testing"

func TestTotal(t *testing.T) {}
