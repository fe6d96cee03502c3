@test "leaves" {
  exit 0
}

@test "after" {
  false
}
