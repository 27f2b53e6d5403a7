package sandbox

import "strings"

// converseAboutLabels says everything there is to say about tags, badges,
// custom fields and uploads.
func converseAboutLabels(a *api) {
	n := a.box.Notable()
	const picture = `{"title":"T","description":"D","color":"#00ff00"`
	for _, kind := range []struct {
		list, name     string
		known, spare   uint64
		create, change string
	}{
		{"/tags", "tag_id", n.Tag, n.SpareTag, picture + "}", picture + "}"},
		{"/badges", "badge_id", n.Badge, n.SpareBadge, picture + path(`,"avatar_id":%d}`, n.AvatarAsset), picture + path(`,"avatar_id":%d}`, n.AvatarAsset)},
	} {
		a.do("GET", kind.list+"?per_page=100", "")
		created := a.do("POST", kind.list, kind.create).id(a.t)
		a.do("POST", kind.list, strings.Replace(kind.create, `"T"`, `" "`, 1))
		for _, id := range []uint64{created, kind.known, 1} {
			a.do("GET", path("%s/%d/", kind.list, id), "")
		}
		for _, method := range []string{"PATCH", "PUT"} {
			a.do(method, path("%s/%d/", kind.list, created), kind.change)
			a.do(method, path("%s/%d/", kind.list, created), `{"title":""}`)
			a.do(method, path("%s/1/", kind.list), kind.change)
		}
		held := path("/members/%d%s", n.OneName, kind.list)
		a.do("GET", held, "")
		a.do("GET", "/members/1"+kind.list, "")
		for _, id := range []uint64{created, created, 1} {
			a.do("POST", held, path(`{%q:%d}`, kind.name, id))
		}
		a.do("GET", path("%s/%d/", held, created), "")
		a.do("GET", path("%s/%d/", held, kind.spare), "")
		a.do("DELETE", path("%s/%d/", held, created), "")
		a.do("DELETE", path("%s/%d/", held, created), "")
		a.do("DELETE", path("%s/1/", held), "")
		a.do("DELETE", path("%s/%d/", kind.list, created), "")
		a.do("DELETE", path("%s/%d/", kind.list, created), "")
	}

	a.do("GET", "/custom_fields?response_type=tag", "")
	a.do("GET", "/custom_fields", "")
	const fresh = `{"title":"T","response_type":"dropdown_multi_select","privacy":"admin","response_by":"hosts_only","description":"D","placeholder":"P","allow_ad_hoc":true,"max_responses":2,"options":["a","b"]}`
	field := a.do("POST", "/custom_fields", fresh).id(a.t)
	a.do("POST", "/custom_fields", `{"title":"T","response_type":"essay","privacy":"admin","response_by":"hosts_only"}`)
	one := func(id uint64) string { return path("/custom_fields/%d/", id) }
	a.do("GET", one(field), "")
	a.do("GET", one(1), "")
	for _, method := range []string{"PATCH", "PUT"} {
		a.do(method, one(field), `{"title":"U","description":"D","placeholder":"P","status":"visible","notify_all_members":true,"primary":true}`)
		a.do(method, one(field), `{"title":"U","status":"gone"}`)
		a.do(method, one(n.SystemField), `{"title":"U"}`)
		a.do(method, one(1), `{"title":"U"}`)
	}

	options := one(field) + "options"
	a.do("GET", options+"?term=A", "")
	option := a.do("POST", options, `{"title":"c","description":"D"}`).id(a.t)
	a.do("POST", options, `{"title":" "}`)
	for _, id := range []uint64{option, 1} {
		a.do("GET", path("%s/%d/", options, id), "")
		a.do("PATCH", path("%s/%d/", options, id), `{"title":"d"}`)
		a.do("PUT", path("%s/%d/", options, id), `{"title":"d"}`)
	}
	a.do("PATCH", path("%s/%d/", options, option), `{"title":""}`)
	a.do("PUT", path("%s/%d/", options, option), `{"description":"D"}`)

	answers := func(field, member uint64) string { return one(field) + path("members/%d/answers", member) }
	a.do("GET", answers(field, 1), "")
	a.do("POST", answers(field, 1), `{"text":"x"}`)
	a.do("POST", answers(n.SystemField, n.OneName), `{"text":"x"}`)
	a.do("POST", answers(field, n.OneName), `{"segment_ids":[1]}`)
	given := a.do("POST", answers(field, n.OneName), path(`{"segment_ids":[%d]}`, option)).id(a.t)
	a.do("POST", answers(n.ShortTextField, n.OneName), `{"text":"x"}`)
	a.do("GET", answers(field, n.OneName), "")
	a.do("GET", answers(n.TagField, n.Moderator), "")
	a.do("GET", path("%s/%d/", answers(field, n.OneName), given), "")
	a.do("GET", path("%s/1/", answers(field, n.OneName)), "")
	a.do("DELETE", answers(n.SystemField, n.OneName), "")
	a.do("DELETE", answers(n.TagField, n.Moderator), "")
	a.do("DELETE", answers(field, n.OneName), "")
	a.do("DELETE", answers(field, n.OneName), "")
	a.do("DELETE", path("%s/%d/", options, option), "")
	a.do("DELETE", path("%s/%d/", options, option), "")
	for _, id := range []uint64{field, field, n.BadgeField} {
		a.do("DELETE", one(id), "")
	}

	a.upload(map[string]string{"asset_style": "avatar"}, "face.png", []byte("png"))
	a.upload(map[string]string{"asset_style": "post", "source_url": "https://example.com/a/b.jpg", "original_aspect_ratio": "16:9"}, "", nil)
	a.upload(map[string]string{"asset_style": "post"}, "", nil)
	a.upload(map[string]string{"asset_style": "post", "source_url": "ftp://example.com/b.jpg"}, "", nil)
	stranger := a.form(map[string]string{"asset_style": "avatar"}, "face.png", []byte("png"))
	stranger.Header.Set("Authorization", "Bearer nobody")
	if _, err := a.send(stranger); err != nil {
		a.t.Fatal(err)
	}
}

// converseAboutMoney says everything there is to say about plans, orders and
// invitations.
func converseAboutMoney(a *api) {
	n := a.box.Notable()
	plan := func(id uint64) string { return path("/plans/%d/", id) }
	a.do("GET", "/plans", "")
	for _, id := range []uint64{n.PaidPlan, 1} {
		a.do("GET", plan(id), "")
		a.do("GET", plan(id)+"members?per_page=100", "")
		a.do("GET", plan(id)+"invites", "")
	}
	members := plan(n.FreePlan) + "members"
	a.do("GET", path("%s/%d/", members, n.OneName), "")
	a.do("POST", path("%s?user_id=%d", members, n.OneName), "")
	a.do("POST", path("%s?user_id=%d", members, n.OneName), "")
	a.do("POST", members+"?user_id=1", "")
	a.do("GET", path("%s/%d/", members, n.OneName), "")
	a.do("GET", path("/members/%d/plans", n.OneName), "")
	a.do("GET", "/members/1/plans", "")
	a.do("DELETE", path("%s/%d/", members, n.OneName), "")
	a.do("DELETE", path("%s/%d/", members, n.OneName), "")
	a.do("DELETE", members+"/1/", "")

	invites := plan(n.PaidPlan) + "invites"
	sent := a.do("POST", invites+"?email=new.guest%40example.com&message=Come", "").id(a.t)
	a.do("POST", path("%s?user_id=%d", invites, n.OneName), "")
	a.do("POST", invites, "")
	a.do("POST", "/plans/1/invites?email=new.guest%40example.com", "")
	a.do("GET", path("%s/%d/", invites, sent), "")
	for _, method := range []string{"PATCH", "PUT"} {
		for _, id := range []uint64{sent, n.ConvertedPlanInvite, 1} {
			a.do(method, path("%s/%d/", invites, id), "")
		}
	}
	for _, id := range []uint64{sent, sent, n.ConvertedPlanInvite} {
		a.do("DELETE", path("%s/%d/", invites, id), "")
	}
	a.do("GET", path("%s/%d/", invites, sent), "")

	a.do("GET", "/invites?email=emre.kaya%40example.net", "")
	invite := a.do("POST", "/invites", path(`{"recipient_email":"guest@example.com","recipient_first_name":"G","recipient_last_name":"T","user_id":%d}`, n.Moderator)).id(a.t)
	a.do("POST", "/invites", `{"recipient_email":"guest@example.com"}`)
	a.do("PATCH", path("/invites/%d/", invite), `{"recipient_first_name":"H"}`)
	a.do("PUT", path("/invites/%d/", invite), `{"recipient_email":"guest@example.com"}`)
	for _, id := range []uint64{invite, invite, n.ConvertedInvite} {
		a.do("DELETE", path("/invites/%d/", id), "")
	}

	a.do("GET", "/subscriptions?per_page=100", "")
	a.do("GET", path("/subscriptions?status=canceled&member_id=%d", n.SpaceOwner), "") // its plan is null
	a.do("GET", path("/subscriptions/%d", n.OrphanSubscription), "")
	a.do("GET", "/subscriptions/1", "")
	a.do("DELETE", path("/subscriptions/%d?when=later", n.Subscription), "")
	a.do("DELETE", path("/subscriptions/%d?when=now", n.Subscription), "")
	a.do("DELETE", path("/subscriptions/%d", n.Subscription), "")
	a.do("DELETE", "/subscriptions/1", "")

	a.do("GET", path("/purchases?plan_id=%d&member_id=%d", n.OneTimePlan, n.OneName), "")
	a.do("GET", "/purchases?per_page=100", "")
	for _, method := range []string{"GET", "DELETE", "GET", "DELETE"} {
		a.do(method, path("/purchases/%d/", n.Purchase), "")
	}
	a.do("DELETE", path("/purchases/%d/?immediate=true", n.ApplePurchase), "")

	a.do("POST", path("/members/%d/password_resets", n.OneName), "")
	a.do("POST", "/members/1/password_resets", "")
	for _, id := range []uint64{n.SupporterPlan, n.ApplePlan, 1} {
		a.do("DELETE", plan(id), "")
	}
}
