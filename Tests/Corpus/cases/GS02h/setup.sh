git add -A
git commit -q -m x
git rev-parse HEAD >.git/shallow
