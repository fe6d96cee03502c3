ln -s ../outside vendor
