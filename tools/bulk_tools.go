package tools

// bulkTools do to a list what single tools do to one. Each is made of the
// single tool, so what holds for that holds for every item.
func bulkTools(singles []Tool) []Tool {
	one := func(name string) Tool {
		for _, tool := range singles {
			if tool.Name == name {
				return tool
			}
		}
		return Tool{}
	}
	return []Tool{
		bulk(one("set_member_role"), Doc{
			Name: "bulk_set_member_roles", Title: "Set many members' roles", Toolset: bulkToolset,
			About: "Sets network roles of up to 200 members, as set_member_role does. A person must approve. Says which were not done.",
		}, ""),
		bulk(one("add_space_member"), Doc{
			Name: "bulk_add_space_members", Title: "Add many space members", Toolset: bulkToolset,
			About: "Adds up to 200 members to spaces, as add_space_member does. Says which were not done.",
		}, "bulk_remove_space_members"),
		bulk(one("remove_space_member"), Doc{
			Name: "bulk_remove_space_members", Title: "Remove many space members", Toolset: bulkToolset,
			About: "Takes up to 200 members out of spaces, as remove_space_member does. A person must approve. Says which were not done.",
		}, "bulk_add_space_members"),
		bulk(one("add_member_tag"), Doc{
			Name: "bulk_add_member_tags", Title: "Add many member tags", Toolset: bulkToolset,
			About: "Puts tags on up to 200 members, as add_member_tag does.",
		}, "bulk_remove_member_tags"),
		bulk(one("remove_member_tag"), Doc{
			Name: "bulk_remove_member_tags", Title: "Remove many member tags", Toolset: bulkToolset,
			About: "Takes tags off up to 200 members, as remove_member_tag does.",
		}, "bulk_add_member_tags"),
		bulk(one("add_member_badge"), Doc{
			Name: "bulk_add_member_badges", Title: "Add many member badges", Toolset: bulkToolset,
			About: "Puts badges on up to 200 members, as add_member_badge does.",
		}, "bulk_remove_member_badges"),
		bulk(one("remove_member_badge"), Doc{
			Name: "bulk_remove_member_badges", Title: "Remove many member badges", Toolset: bulkToolset,
			About: "Takes badges off up to 200 members, as remove_member_badge does.",
		}, "bulk_add_member_badges"),
		bulk(one("create_invite"), Doc{
			Name: "bulk_create_invites", Title: "Create many invites", Toolset: bulkToolset, Anew: true,
			About: "Mails up to 200 invites to the network, as create_invite does. A person must approve.",
		}, ""),
		bulk(one("ban_member"), Doc{
			Name: "bulk_ban_members", Title: "Ban many members", Toolset: bulkToolset,
			About: "Bans up to 200 members from the network for good, as ban_member does. A person must approve. Says which were not done.",
		}, ""),
		bulk(one("delete_post"), Doc{
			Name: "bulk_delete_posts", Title: "Delete many posts", Toolset: bulkToolset,
			About: "Deletes up to 200 posts for good, as delete_post does. A person must approve. Says which were not done.",
		}, "create_post"),
	}
}

const bulkToolset = "bulk"
