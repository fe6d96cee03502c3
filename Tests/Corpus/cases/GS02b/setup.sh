git add -A
git commit -q -m x
git clone -q . ../other
git -C ../other config extensions.refstorage reftable
git -C ../other config core.repositoryformatversion 1
