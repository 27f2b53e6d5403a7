package main

import (
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// crm returns where members may be sent; nil when nothing is configured.
func (a *app) crm(f settingsFlags) (*tools.CRM, error) {
	c := a.config.CRM
	if c.URL == "" {
		return nil, nil
	}
	crm, err := tools.NewCRM(tools.CRMOptions{
		URL: c.URL, Token: c.ResolveToken, Pace: c.Pace, Fields: c.Fields,
		Invented: f.sandbox, Version: programVersion(),
	})
	if err != nil {
		return nil, usagef("%w", err)
	}
	a.closers = append(a.closers, crm.Close)
	return crm, nil
}
