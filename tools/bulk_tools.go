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
		}, ""),
		bulk(one("ban_member"), Doc{
			Name: "bulk_ban_members", Title: "Ban many members", Toolset: bulkToolset,
			About: "Bans up to 200 members from the network for good, as ban_member does. A person must approve. Says which were not done.",
		}, ""),
		bulk(one("delete_post"), Doc{
			Name: "bulk_delete_posts", Title: "Delete many posts", Toolset: bulkToolset,
			About: "Deletes up to 200 posts for good, as delete_post does. A person must approve. Says which were not done.",
		}, ""),
	}
}

const bulkToolset = "bulk"
