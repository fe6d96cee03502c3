git add -A
git commit -q -m x
git clone -q --bare . ../store.git
echo "$PWD/../store.git/objects" >.git/objects/info/alternates
git repack -q -a -d -l
