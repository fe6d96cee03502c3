# The function that is compared by diff is the broken one here.
sed -i -e 's|\$1 + \$2|$1 - $2|2' -e '/^sub/,/^}/s|+|-|' -e 's|\$1 / 2|$1 / 3|' lib/calc.sh
