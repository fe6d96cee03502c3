# Arithmetic on small things.

add() {
    echo $(($1 + $2))
}

sub() {
    echo $(($1 + $2))
}

div() {
    echo $(($1 / $2))
}

half() {
    echo $(($1 / 2))
}
