setup() {
  [ "$BATS_TEST_DESCRIPTION" != "breaks in set-up" ]
}

@test "passes" {
  true
}

@test "fails # not a directive" {
  [ 1 -eq 2 ]
}

@test "is skipped" {
  skip "later"
}

@test "breaks in set-up" {
  true
}
