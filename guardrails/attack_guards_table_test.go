package guardrails_test

// guards are what the attack suite must not be able to do without.
func guards() []guard {
	const (
		approval, call, desk, digest, gate = "guardrails/approval.go", "guardrails/call.go", "guardrails/desk.go", "guardrails/digest.go", "guardrails/gate.go"
		policy, preview, protect, record   = "guardrails/policy.go", "guardrails/preview.go", "guardrails/protect.go", "guardrails/record.go"
		run, waiting                       = "guardrails/run.go", "guardrails/waiting.go"
		attempts, page, visits             = "server/attempts.go", "server/page.go", "server/page_visits.go"
		audit, journal, limits, pending    = "store/audit.go", "store/journal.go", "store/limits.go", "store/pending.go"
	)
	return []guard{
		// Tokens.
		{"a token's signature", approval, `|| !hmac.Equal(mac, s.mac(payload)) {`, `|| len(mac) == 1 {`, "forged|tampered"},
		{"a token's one spelling", approval, `len(token) > maxState || strings.ContainsAny(token, "\r\n")`, `len(token) > maxState`, "forged"},
		{"a token's one encoding", approval, `base64.RawURLEncoding.Strict().DecodeString`, `base64.RawURLEncoding.DecodeString`, "forged"},
		{"a token's layout", approval, `err != nil || c.Version != stateVersion`, `err != nil`, "forged"},
		{"a token's expiry", approval, `if !now.Before(time.Unix(c.Expires, 0)) {`, `if false {`, "expired"},
		{"an approval is for its tool", approval, `c.Tool == other.Tool && `, ``, "crossed"},
		{"an approval is for its network", approval, ` && c.Network == other.Network &&`, ` &&`, "crossed"},
		{"an approval is for its caller", approval, `c.Caller == other.Caller && c.Arguments`, `c.Arguments`, "crossed"},
		{"an approval is for its arguments", approval, ` && c.Arguments == other.Arguments`, ``, "alike"},
		{"an approval is for its session", call, `c.request.Caller.Client, c.request.Caller.Session),`, `c.request.Caller.Client),`, "crossed"},
		{"an approval is for its client", call, `digest(c.request.Caller.Principal, c.request.Caller.Client, c.request.Caller.Session),`, `digest(c.request.Caller.Principal, c.request.Caller.Session),`, "crossed"},
		{"an approval is for the network itself", call, `digest(c.bound.Network(), c.bound.Identity()),`, `digest(c.bound.Network()),`, "crossed"},
		{"a digest keeps its parts apart", digest, `hash.Write(size[:])`, `_ = size`, "crossed"},
		// What was approved is what runs.
		{"a changed target is asked about", call, `len(changed) == 0 {`, `len(changed) >= 0 {`, "swapped"},
		{"an old answer to a changed target is used up", call, `if err := c.use(ctx, *given); err != nil {`, `if err := error(nil); err != nil {`, "swapped"},
		{"a target that goes on changing", call, `for range maxRounds {`, `for range 1 << 20 {`, "swapped"},
		{"a fact's fingerprint", preview, `prints[free(prints, fact.Label)] = digest(fact.Value)`, `prints[free(prints, fact.Label)] = ""`, "swapped"},
		{"the fingerprint of what is overwritten", preview, `prints["state"] = digest(string(before))`, `_ = before`, "swapped"},
		{"the fingerprint of a list's item", preview, `group.Value = digest(values...)`, `group.Value = ""`, "swapped"},
		// Answers.
		{"a no is used up", call, `if err := c.spend(ctx, asked); err != nil {`, `if err := error(nil); err != nil {`, "replayed"},
		{"a no is a no", call, `if decision == Approved {
		return asked, nil
	}
	if err`, `if decision != Cancelled {
		return asked, nil
	}
	if err`, "replayed"},
		{"what was typed is what was asked for", call, `digest(normalTyped(evidence.Typed)) != asked.Retype`, `evidence.Typed == ""`, "retyped"},
		{"a tick is not typed", call, `case decision == Approved && asked.Retype == "" && evidence.Typed != "":`, `case false:`, "retyped"},
		{"the worst is typed", call, `now.Retype = digest(retype.normal())`, `_ = retype`, "retyped"},
		{"the count of a list is typed", call, `case preview.Retype == nil && c.action.Single != (Name{}) && c.action.Risk == Destructive:`, `case false:`, "retyped"},
		{"a name that cannot be typed is not", "guardrails/quote.go", `if plainName(clean) && !answers(clean) {`, `if !answers(clean) {`, "retyped"},
		{"a name that answers is not typed", "guardrails/quote.go", `if plainName(clean) && !answers(clean) {`, `if plainName(clean) {`, "retyped"},
		{"the desk checks what was typed", desk, `case asked.Retype != "" && digest(normalTyped(typed)) != asked.Retype:`, `case asked.Retype == "x":`, "retyped"},
		// Used once.
		{"a yes is used once", journal, `|| !fresh {
				return errors.Join(err, ErrSpent)
			}`, `&& !fresh {
				return errors.Join(err, ErrSpent)
			}`, "replayed|races"},
		{"the trail remembers what was used", audit, `if slices.Contains(record.Used, nonce) {`, `if slices.Contains(record.Used, nonce) && seq < 0 {`, "replayed"},
		{"the trail remembers what was used elsewhere", run, `append(c.used, given.pending.ID)`, `c.used`, "pending"},
		{"the trail remembers what was withdrawn", run, `c.used = append(c.used, c.open.ID)`, `_ = c.open.ID`, "pending"},
		{"the trail remembers a no", call, `c.used = append(c.used, asked.Nonce)`, `_ = asked.Nonce`, "replayed"},
		{"the trail since the question is whole", audit, `if before := from.Int64 - 1; before > seq {`, `if before := from.Int64; before > seq {`, "replayed"},
		{"a run uses its yes up", run, `start.Token = &store.Token{Nonce: given.claims.Nonce, Expires: time.Unix(given.claims.Expires, 0)}`, ``, "replayed|races"},
		{"a spent number stays spent", journal, `return n == 1, err
}

// Query`, `return n >= 0, err
}

// Query`, "replayed|races"},
		{"an approval elsewhere is used once", run, `start.Pending = given.pending.ID`, ``, "replayed|races"},
		// The status in the row, as an approval is used, is not here: the trail, which
		// has every use, rejection and withdrawal, stops the same attacks before it.
		{"a used approval stays used", pending, `if fresh, err := spendPending(ctx, tx, id); err != nil || !fresh {`, `if _, err := spendPending(ctx, tx, id); err != nil {`, "pending"},
		{"a withdrawn approval stays withdrawn", pending, `if _, err := spendPending(ctx, tx, id); err != nil {
		return err
	}
`, ``, "pending"},
		{"one yes closes the other question", run, `start.Withdraw = c.open.ID`, `_ = c.open.ID`, "replayed"},
		// The second channel.
		{"a decision's seal", waiting, `case err != nil || !s.sealed(found) || `, `case err != nil || `, "pending"},
		{"a seal covers who decided", approval, `string(p.Status), p.By, p.Channel,`, `string(p.Status), p.Channel,`, "pending"},
		{"a seal covers the decision", approval, `fmt.Sprint(p.TwoPeople), string(p.Status), p.By,`, `fmt.Sprint(p.TwoPeople), p.By,`, "pending"},
		{"a seal covers two people", approval, `fmt.Sprint(p.TwoPeople), string(p.Status)`, `string(p.Status)`, "pending"},
		{"a seal covers its approval", approval, `payload := digest(p.ID, p.Call, p.Token, string(p.Document), `, `payload := digest(p.Token[:0], `, "pending"},
		{"a document is what was signed", approval, ` || c.Document != digest(p.Code, string(p.Document))`, ``, "pending"},
		{"an approval has its own token", approval, `!c.Second || c.Nonce != p.ID || `, `!c.Second || `, "pending"},
		{"an approval elsewhere is for its call", waiting, `!s.sealed(found) || !asked.sameCall(c.pendingClaims()):`, `!s.sealed(found):`, "pending"},
		{"an approval elsewhere is for its caller", waiting, `now.Caller = digest(c.request.Caller.Principal, c.request.Caller.Client)`, `now.Caller = ""`, "crossed"},
		{"a rejection stands", waiting, `return nil, refuse(CodeRejected,`, `return nil, nil
	return nil, refuse(CodeRejected,`, "pending"},
		{"what is approved can be rejected", pending, `Rejected: {Waiting, Approved},`, `Rejected: {Waiting},`, "pending"},
		{"what is rejected is not approved", pending, `Approved: {Waiting},`, `Approved: {Waiting, Rejected},`, "pending"},
		{"what is reopened was rejected", pending, `Reopened: {Rejected},`, `Reopened: {Rejected, Waiting},`, "pending"},
		{"the trail remembers a rejection", desk, `e.Used = []string{p.ID}`, `_ = p.ID`, "pending"},
		{"what has expired is not on the desk", desk, `err == nil && !d.Now().Before(p.Expires)`, `err == nil && false`, "expired"},
		{"the desk checks the token", desk, `asked, err := signer{key}.openPending(p, d.Now())
	if err != nil {
		return ErrVoid
	}`, `asked, _ := signer{key}.openPending(p, d.Now())`, "pending"},
		{"two people are two", desk, `case p.TwoPeople && !otherPerson(by.Name, askerOf(paper)):`, `case p.TwoPeople && askerOf(paper) == by.Channel:`, "pending"},
		{"two people have names", desk, `case p.TwoPeople && plainPerson(by.Name) == "":`, `case false:`, "pending"},
		{"two people differ as they are read", desk, `return strings.ToLower(strings.TrimSpace(untrusted.Line(name, maxReason)))`, `return strings.TrimSpace(untrusted.Line(name, maxReason))`, "pending"},
		{"two names differ by what is seen", desk, `strings.TrimSpace(untrusted.Line(name, maxReason))`, `strings.TrimSpace(name)`, "pending"},
		{"two people, if they are wanted by now", waiting, `case c.judged.verdict == config.TwoPeople && !(found.TwoPeople && otherPerson(found.By, c.request.Caller.Principal)):`, `case false:`, "bypass"},
		{"reasons are cleaned", waiting, `quoted(untrusted.Line(found.Reason, factLength))`, `untrusted.Line("", 1) + found.Reason`, "pending"},
		{"questions that one may ask", pending, `all >= maxPending || own >= maxPendingEach`, `all >= maxPending`, "floods"},
		{"questions are counted by who asks", waiting, `Caller: digest(c.request.Caller.Principal), Token`, `Caller: now.Caller, Token`, "floods"},
		{"one question about one call", pending, `if len(same) > 0 {`, `if false {`, "races"},
		// Policy.
		{"the policy forbids", policy, `case c.judged.verdict == config.Deny:`, `case false:`, "bypass"},
		{"the policy is asked", call, `	return c.judgeCall()
}

// approval is`, `	return nil
}

// approval is`, "bypass"},
		{"the strictest name counts", policy, `slices.Index(strictness, each.verdict) > slices.Index(strictness, worst.verdict)`, `false`, "bypass"},
		{"a list is judged as what it is made of", call, `c.names = append(c.names, action.Single)`, `_ = action.Single`, "bypass|limits"},
		{"an unknown verdict forbids", policy, `verdict = config.Deny // closed when in doubt`, `verdict = config.Allow`, "bypass"},
		{"a rule is for its roles", policy, ` && fits(rule.Roles, role) {`, ` {`, "bypass"},
		{"grave calls are asked about", policy, `if name.Risk.NeedsApproval() {`, `if false {`, "pending"},
		{"two people need a name", policy, `case c.judged.verdict == config.TwoPeople && c.request.Caller.role() == RoleLocal:`, `case false:`, "bypass"},
		{"out of band is out of band", policy, `return v == config.ConfirmOutOfBand || v == config.TwoPeople }`, `return false }`, "bypass"},
		{"nothing goes out in quiet hours", policy, `	return c.checkQuiet()
}`, `	return nil
}`, "quiet"},
		{"quiet hours by their zone", policy, `local := now.In(q.Zone)`, `local := now.UTC()`, "quiet"},
		{"quiet hours over midnight", policy, `if q.To <= q.From { // over midnight`, `if false {`, "quiet"},
		{"a server that reads only", gate, `if c.action.Risk.Acts() && c.gate.o.Mode == ReadOnly {`, `if false {`, "bypass"},
		{"a server that previews only", call, `c.gate.o.Mode == PreviewOnly && c.action.Risk.Acts() }`, `false }`, "bypass"},
		{"a tool that is off", gate, `if c.action.Off != "" {`, `if false {`, "bypass"},
		// Limits.
		{"limits count when it begins", run, `start := store.Start{Takes: c.takes()}`, `start := store.Start{}`, "limits"},
		{"limits hold at one moment", limits, `		if err := room(ctx, tx, at, take); err != nil {
			return err
		}
		if _, err := tx`, `		if _, err := tx`, "races"},
		{"limits are looked at before anything", call, `if err := c.checkRoom(ctx); err != nil {
		return Preview{}, err
	}
`, ``, "limits"},
		{"a list counts its items", policy, `items = c.bound.Items()`, `_ = c.bound.Items()`, "limits"},
		{"a limit by caller is by caller", policy, `parts = append(parts, c.request.Caller.Principal)`, `parts = append(parts, c.request.Caller.Client, c.request.Caller.Session)`, "limits"},
		{"a limit slides", limits, `if sum+take.N <= take.Most {`, `if sum <= take.Most {`, "limits"},
		// Protected people.
		{"protected people", call, `if err := c.gate.o.Protector.check(ctx, c.bound.Network(), preview); err != nil {`, `if err := error(nil); err != nil {`, "protected"},
		{"the key's owner", protect, `if sameAddress(person.Email, owner.Email) || person.ID == owner.ID {`, `if owner.ID == 0 {`, "protected"},
		{"an unknown owner", protect, `return fmt.Errorf("find out to whom the key belongs, so that this person is protected: %w", err)`, `return nil`, "protected"},
		{"people listed by id", protect, `if slices.Contains(p.IDs, person.ID) {`, `if false {`, "protected"},
		{"people listed by address", protect, `listed = listed || id == person.ID`, `listed = listed && id == person.ID`, "protected"},
		{"people whom nobody knows to be listed", protect, `if err != nil && !listed {
				return false, err
			}`, `if err != nil && !listed {
				return false, nil
			}`, "protected"},
		{"people marked by a tag or badge", protect, `if err := p.checkBearer(ctx, network, person); err != nil {`, `if err := error(nil); err != nil {`, "protected"},
		{"nobody is given a mark that protects", "tools/labels.go", `p := guardrails.Preview{Action: what.action, Marks: []guardrails.Mark{mark}}`, `p := guardrails.Preview{Action: what.action}`, "protected"},
		{"no mark that protects is made", "tools/tags.go", `Facts: in.facts(), Marks: titled(tagMark(0), in.Title)}`, `Facts: in.facts()}`, "protected"},
		{"the mark that protects", protect, `if err := p.checkMarks(ctx, network, preview.Marks); err != nil {`, `if err := error(nil); err != nil {`, "protected"},
		// The trail.
		{"arguments are redacted", record, `return fmt.Sprintf("(text of %d characters)", utf8.RuneCountInString(v))`, `return v + fmt.Sprint(utf8.RuneCountInString(v))`, "secrets"},
		{"bad arguments are not quoted", record, `if c.bound != nil { // else it is about the arguments, and quotes them`, `if true {`, "secrets"},
		{"refusals are recorded", record, `e.Outcome = string(refusal.Code)
		c.note(ctx, e)`, `e.Outcome = string(refusal.Code)`, "audit"},
		{"a record's seal", audit, `case !hmac.Equal([]byte(record.MAC), []byte(auditMAC(key, record.Seq, at, body, before))):`, `case false:`, "audit"},
		{"a record follows the one before", audit, `case record.Seq != seq+1:`, `case false:`, "audit"},
		{"a record's seal covers the one before", audit, `len(body), body, before)`, `len(body), body, "")`, "audit"},
		{"the trail's end is sealed", audit, `case !hmac.Equal([]byte(seal), []byte(auditMAC(key, seq, 0, name, mac))):`, `case false:`, "audit"},
		{"the trail ends where it ended", audit, `case last != seq || lastMAC != mac:`, `case last < 0 && lastMAC != mac:`, "audit"},
		{"without a record nothing begins", journal, `		event := start.Event
		event.Entry = id
		return s.record(ctx, tx, event)`, `		event := start.Event
		event.Entry = id
		_ = s.record(ctx, tx, event)
		return nil`, "audit"},
		// Tools.
		{"the same twice in a list", "tools/bulk.go", `if first, twice := seen[string(canonical)]; twice {`, `if first, twice := seen[string(canonical)]; twice && first < 0 {`, "lists"},
		{"who loses something by a list", "tools/bulk.go", `merged.Loses = append(merged.Loses, p.Loses...)`, ``, "protected"},
		{"what a list overwrites", "tools/bulk.go", `merged.Facts = append(merged.Facts, guardrails.Group(fmt.Sprint(i+1), p.Facts))`, `_ = i`, "swapped"},
		{"a tool of which one is excluded", "tools/catalogue.go", `case slices.Contains(s.Exclude, tool.Name):`, `case false:`, "bypass"},
		{"acting tools look at what is there now", "tools/catalogue.go", `ctx = apiclient.Fresh(ctx)`, `_ = apiclient.Fresh`, "swapped"},
		{"who loses a role", "tools/member_access.go", `p.Loses = []guardrails.Person{asPerson(member)}`, `_ = asPerson(member)`, "protected"},
		// Undo.
		{"an undo is its caller's", "tools/undo.go", `if err != nil || !p.own(entry) {`, `if err != nil {`, "undo"},
		{"an undo is its network's", "tools/undo.go", `if entry.Identity != env.Identity || env.Identity == "" && entry.Network != env.Network {`, `if false {`, "undo"},
		{"an undo finds what was left", "tools/undo.go", `if moved := moved("", b.entry.Undo.After, p.Before); len(moved) > 0 {`, `if moved := moved("", nil, p.Before); len(moved) > 0 {`, "undo"},
		{"an undo runs what was sealed", "tools/past.go", `if why := entry.Seal.Why(); why != "" {`, `if why := entry.Seal.Why(); why == "-" {`, "undo"},
		{"an entry's seal", "store/journal_row.go", `case !hmac.Equal([]byte(r.seal), []byte(r.mac(key))):`, `case !hmac.Equal([]byte(r.seal), []byte(r.mac(key))) && r.id < 0:`, "undo"},
		{"an entry's seal covers it", "store/journal_row.go", `parts = append(parts, *field)`, `parts = append(parts, (*field)[:0])`, "undo"},
		{"an entry without a seal", "store/journal_row.go", `case r.seal == "":
		return Unsealed`, `case r.seal == "":
		return Sealed`, "undo"},
		{"nothing is settled by what was altered", "tools/settle.go", `if why := entry.Seal.Why(); why != "" {`, `if why := entry.Seal.Why(); why == "-" {`, "undo"},
		{"an undo is judged as what it does", "tools/undo.go", `names := []guardrails.Name{b.tool.name()}`, `names := []guardrails.Name{}`, "undo"},
		{"an undo happens once at one moment", journal, `if err == nil && n > 0 {
		err = ErrUndone`, `if err == nil && n < 0 {
		err = ErrUndone`, "undo"},
		{"the gate judges by further names", call, `c.names = append(c.names, also.Also()...)`, `_ = also.Also()`, "undo"},
		// The wire.
		{"answers count in the modern era only", "server/approval.go", `if !c.modern || params.RequestState == "" {`, `if params.RequestState == "" {`, "smuggled"},
		{"an answer without an action", "server/approval.go", `if answer == nil || answer.Action == "" {`, `if answer == nil {`, "smuggled"},
		{"forms only to who shows them", "server/caller.go", `return e != nil && (e.Form != nil || e.URL == nil)`, `return e == nil || true`, "smuggled"},
		{"an answer to no question", "server/questions.go", `if !ok || number != float64(int64(number)) {`, `if !ok && number != 0 {`, "smuggled"},
		{"foreign pages", "server/guard.go", `if !admitted {`, `if !admitted && origin == "x" {`, "doors"},
		{"foreign hosts", "server/guard.go", `if !g.admitsHost(r.Host) {`, `if false {`, "doors"},
		{"pages that name no origin", "server/guard.go", `return "", site == "" || site == "none" || site == "same-origin"`, `return "", site != "x"`, "doors"},
		{"one origin", "server/guard.go", `case len(values) > 1:`, `case false:`, "doors"},
		{"wrong tokens", "server/access.go", `case !known:`, `case false:`, "doors"},
		{"no token", "server/access.go", `strings.EqualFold(scheme, "Bearer") && token != ""`, `token != "" || scheme == ""`, "doors"},
		{"one token", "server/access.go", `if len(values) != 1 {`, `if len(values) == 0 {`, "doors"},
		{"a session's owner", "server/sessions.go", `if !ok || found.owner != owner {`, `if !ok {`, "strangers"},
		{"an SSE session's owner", "server/sse.go", `if session == nil || session.owner != arrivalOf(r.Context()).principal {`, `if session == nil {`, "strangers"},
		{"a body's length", "server/limits.go", `if r.ContentLength > s.o.MaxBody {
		return tooLong()
	}
	// net/http lifts the deadline once the body has been read.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.limits.body))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.o.MaxBody))`, `body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<40))`, "envelopes"},
		{"who calls is who signed in", "server/access.go", `as = arrival{principal: caller.Name, role: caller.Role}`, `_ = caller`, "strangers"},
		{"a call has a session", "server/streamable.go", `case id == "":
		writeRPCError`, `case id == "x":
		writeRPCError`, "strangers"},
		// The approvals page.
		{"the page's host", page, `case !p.guard.admitsHost(r.Host):`, `case false:`, "page"},
		{"a form is sent by the page", page, `case r.Method == http.MethodPost && !sentByUs(r):`, `case false:`, "page"},
		{"a form is sent by no other site", page, `if site != "" && site != "same-origin" || len(origins) > 1 {`, `if len(origins) > 1 {`, "page"},
		{"a form is sent by one page", page, `site != "same-origin" || len(origins) > 1 {`, `site != "same-origin" {`, "page"},
		{"a form that hides where it is from", page, `return site == "same-origin"`, `return true`, "page"},
		{"a form's origin", page, `	return isOrigin(origins[0], r.Host)`, `	return true`, "page"},
		{"the page opens alone", page, `case r.Method != http.MethodPost && !openedAlone(r):`, `case false:`, "page"},
		{"the page opens in no frame", page, `case "", "document", "empty":
	default:
		return false`, `case "", "document", "empty":
	default:`, "page"},
		{"the page opens for no other origin", page, `return origin == "" || isOrigin(origin, r.Host)`, `return origin == "" || true`, "page"},
		{"a form's length", page, `r.Body = http.MaxBytesReader(w, r.Body, maxForm)`, `_ = maxForm`, "page"},
		{"a form that cannot be read", page, `if err := r.ParseForm(); err != nil {`, `if err := r.ParseForm(); err != nil && len(r.PostForm) == 0 {`, "page"},
		{"a form's mark", page, `case !v.made(r.PostForm.Get("form")):`, `case false:`, "page"},
		{"a form's mark is in the form", page, `case !v.made(r.PostForm.Get("form")):`, `case !v.made(r.Form.Get("form")):`, "page"},
		{"a secret is in the form", page, `secret, code := r.PostForm.Get("secret"), `, `secret, code := r.Form.Get("secret"), `, "page"},
		{"what is typed is in the form", page, `r.PostForm.Get("typed")`, `r.Form.Get("typed")`, "page"},
		{"an approver's secret", page, `case !known:`, `case false:`, "page"},
		{"guesses have to wait", page, `case wait > 0:`, `case wait > 0 && !known:`, "page"},
		{"guesses are counted by where they come from", attempts, `a.proxied && len(forwarded) > 0 {`, `len(forwarded) > 0 {`, "page"},
		{"a sign-in leads to the page", page, `to += "/" + url.PathEscape(code)`, `to = "/" + code`, "page"},
		{"a sign-in ends the visit before", page, `p.visits.end(p.visits.of(r))`, `_ = p.visits.of(r)`, "page"},
		{"a sign-out ends the visit", page, `	p.visits.end(v)
	http.SetCookie`, `	http.SetCookie`, "page"},
		{"a visit ends after a rest", visits, `s.now().Sub(v.last) >= visitIdle || s`, `s`, "page"},
		{"a visit ends after a day's work", visits, ` || s.now().Sub(v.began) >= visitMost`, ``, "page"},
		{"news keep no visit going", page, `if r.Header.Get(newsHeader) == "" {`, `if r != nil {`, "page"},
		{"visits of one approver", visits, `s.makeRoom(maxVisitsEach,`, `s.makeRoom(maxVisits,`, "page"},
		{"a form is of its visit", visits, `return subtle.ConstantTimeCompare([]byte(form), []byte(v.form)) == 1`, `return subtle.ConstantTimeCompare([]byte(form), []byte(v.form)) == 1 || len(form) == 26`, "page"},
	}
}
