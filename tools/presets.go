package tools

import "slices"

// Presets are selections by job. Their members are toolsets and single tools.
const (
	// PresetCore is what is on when nothing is chosen: the common jobs, small
	// enough to leave a conversation room.
	PresetCore = "core"
	// PresetAll is everything there is.
	PresetAll = "all"
)

// presets returns what each preset holds; [PresetAll] is not among them.
func presets() map[string][]string {
	return map[string][]string{
		PresetCore: {
			"get_network", "get_network_stats",
			"list_members", "search_members", "get_member", "get_member_profile", "find_member_by_email",
			"create_member", "set_member_role", "ban_member", "remove_member_from_network",
			"list_spaces", "add_space_member", "remove_space_member",
			"list_posts", "get_post", "create_post", "announce_post", "update_post", "delete_post",
			"list_comments",
			"list_events", "create_event", "delete_event", "list_rsvps",
			"list_moderation_queue", "list_plans", actionsToolset,
		},
		"moderator": {
			networkToolset, "list_members", "search_members", "get_member", "get_member_profile", "find_member_by_email",
			"set_member_role", "ban_member", "delete_member", "remove_member_from_network",
			spacesToolset, postsToolset, commentsToolset, "moderation", "bulk_ban_members", "bulk_delete_posts", actionsToolset,
		},
		"events": {
			networkToolset, "list_members", "search_members", "get_member", "find_member_by_email", "list_spaces", "list_space_members",
			eventsToolset, pollsToolset, "create_post", "announce_post", "delete_post", actionsToolset,
		},
		"membership": {
			networkToolset, membersToolset, spacesToolset, "plans", "invites", "billing", "tags", "badges", "custom_fields", bulkToolset, actionsToolset,
		},
		"courses": {
			networkToolset, "list_members", "search_members", "get_member", "find_member_by_email",
			spacesToolset, collectionsToolset, coursesToolset, "assets", actionsToolset,
		},
	}
}

// UnknownInPresets returns what presets name and the catalogue does not have;
// a test holds that there is nothing.
func (c *Catalogue) UnknownInPresets() []string {
	var unknown []string
	for _, members := range presets() {
		for _, member := range members {
			if _, exists := c.named[member]; !exists && !slices.Contains(c.Toolsets(), member) {
				unknown = append(unknown, member)
			}
		}
	}
	slices.Sort(unknown)
	return slices.Compact(unknown)
}
