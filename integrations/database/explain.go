package database

import "orderly.example/ops"

func (d *database) unknownToServer(err error) error {
	return ops.Errorf(ops.Denied, "the server of %s does not let Orderly in; check user and password, and from where it may come", "%s 所在服务器拒绝登录;请检查账号、密码及来源地址", d.name).Because(err)
}

func (d *database) noSuchDatabase(err error) error {
	return ops.Errorf(ops.NotFound, "the server has no database %q, which the configuration of %s names", "服务器没有 %[2]s 配置中的数据库 %[1]q", d.config.Name, d.name).Because(err)
}

func (d *database) notAllowed(err error) error {
	return ops.Errorf(ops.Denied, "the server of %s does not let Orderly do this; `orderly check` and the manual say which rights it needs", "%s 所在服务器未授予 Orderly 所需权限;请查看 `orderly check` 与手册", d.name).Because(err)
}

func (d *database) vanished(err error) error {
	return ops.Errorf(ops.NotFound, "the account or the role has vanished from the server of %s", "%s 所在服务器上的账号或角色已不存在", d.name).Because(err)
}

func (d *database) readOnly(err error) error {
	return ops.Errorf(ops.Conflict, "the server of %s only reads; configure the address of its primary", "%s 所在服务器为只读;请配置主库地址", d.name).Because(err)
}

func (d *database) locked(err error) error {
	return ops.Errorf(ops.Unavailable, "another is at work on the account in %s; it is tried again", "%s 中该账号正被其他操作占用;将会重试", d.name).Because(err)
}

func (d *database) busy(err error) error {
	return ops.Errorf(ops.Unavailable, "the server of %s cannot do it now; it is tried again", "%s 所在服务器暂时无法处理;将会重试", d.name).Because(err)
}

func (d *database) unexpected(code any, err error) error {
	return ops.Errorf(ops.Internal, "the server of %s answered %v; the operators find more in the log", "%s 所在服务器返回 %v;详情请运维人员查看日志", d.name, code).Because(err)
}
