ln -s ../outside lnk
