package apiclient

import "net/url"

// filters writes the given values into a query; an empty one filters nothing
// and is left out.
func filters(fields ...field) url.Values {
	query := url.Values{}
	for _, f := range fields {
		if f.value != "" {
			query.Set(f.name, f.value)
		}
	}
	return query
}
