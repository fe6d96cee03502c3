git init -q -b main --object-format=sha256 ../wide
echo a >../wide/a.txt
git -C ../wide add -A
git -C ../wide commit -q -m first
