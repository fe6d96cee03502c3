git commit -q --allow-empty -m x
git rev-parse HEAD >.git/info/grafts
