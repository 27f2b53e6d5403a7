package apiclient

// PUTTwins returns the routes of the vendor's document that this client
// leaves out on purpose, in the form of [Operation.String]. Each has the path
// of a PATCH in the table and is documented as doing the same, but a PUT may
// empty the fields that it does not mention. The PUT that sets the order of a
// collection has no PATCH and is in the table.
func PUTTwins() []string {
	return []string{
		"PUT " + network + "/badges/{id}/",
		"PUT " + network + "/collections/{id}/",
		"PUT " + network + "/custom_fields/{custom_field_id}/options/{id}/",
		"PUT " + network + "/custom_fields/{id}/",
		"PUT " + network + "/events/{event_id}/rsvps/{id}/",
		"PUT " + network + "/events/{id}/",
		"PUT " + network + "/invites/{id}/",
		"PUT " + network + "/members/{id}/",
		"PUT " + network + "/plans/{plan_id}/invites/{id}/",
		"PUT " + network + "/polls/{id}/",
		"PUT " + network + "/posts/{id}/",
		"PUT " + network + "/spaces/{id}",
		"PUT " + network + "/spaces/{space_id}/courseworks/{id}/",
		"PUT " + network + "/spaces/{space_id}/members/{user_id}/",
		"PUT " + network + "/tags/{id}/",
	}
}
