package apiclient

// opID is a row of the table; every method of a service names its own.
type opID int

func (id opID) row() *Operation { return &operations[id] }

// One name per operation.
const (
	opNetworkGet opID = iota
	opMeGet

	opMemberList
	opMemberGet
	opMemberByEmail
	opMemberCreate
	opMemberUpdate
	opMemberDelete
	opMemberRemove
	opMemberSpaces

	opSpaceList
	opSpaceGet
	opSpaceCreate
	opSpaceUpdate
	opSpaceDelete

	opSpaceMemberList
	opSpaceMemberGet
	opSpaceMemberAdd
	opSpaceMemberRemove
	opSpaceMemberSetRole
	opSpaceMemberBan

	opPostList
	opPostGet
	opPostCreate
	opPostUpdate
	opPostDelete
	opPostMute
	opPostUnmute

	opPostReactionList
	opPostReactionAdd
	opPostReactionRemove

	opCommentList
	opCommentGet
	opCommentCreate
	opCommentDelete

	opCommentReactionList
	opCommentReactionAdd
	opCommentReactionRemove

	opEventList
	opEventGet
	opEventCreate
	opEventUpdate
	opEventDelete

	opRSVPList
	opRSVPGet
	opRSVPCreate
	opRSVPUpdate
	opRSVPDelete

	opCollectionList
	opCollectionGet
	opCollectionCreate
	opCollectionUpdate
	opCollectionDelete
	opCollectionSetOrder

	opPollList
	opPollGet
	opPollCreate
	opPollUpdate
	opPollDelete

	opCourseworkList
	opCourseworkGet
	opCourseworkCreate
	opCourseworkUpdate
	opCourseworkDelete

	opAbuseReportList

	opMemberPlans

	opPlanList
	opPlanGet
	opPlanArchive

	opPlanMemberList
	opPlanMemberGet
	opPlanMemberAdd
	opPlanMemberRemove

	opPlanInviteList
	opPlanInviteGet
	opPlanInviteCreate
	opPlanInviteResend
	opPlanInviteRevoke

	opInviteList
	opInviteCreate
	opInviteUpdate
	opInviteDelete

	opSubscriptionList
	opSubscriptionGet
	opSubscriptionCancel

	opPurchaseList
	opPurchaseGet
	opPurchaseCancel

	opPasswordResetCreate

	opTagList
	opTagGet
	opTagCreate
	opTagUpdate
	opTagDelete

	opMemberTagList
	opMemberTagGet
	opMemberTagAdd
	opMemberTagRemove

	opBadgeList
	opBadgeGet
	opBadgeCreate
	opBadgeUpdate
	opBadgeDelete

	opMemberBadgeList
	opMemberBadgeGet
	opMemberBadgeAdd
	opMemberBadgeRemove

	opCustomFieldList
	opCustomFieldGet
	opCustomFieldCreate
	opCustomFieldUpdate
	opCustomFieldDelete

	opCustomFieldOptionList
	opCustomFieldOptionGet
	opCustomFieldOptionCreate
	opCustomFieldOptionUpdate
	opCustomFieldOptionDelete

	opAnswerList
	opAnswerGet
	opAnswerCreate
	opAnswerDelete

	opAssetUpload

	opCount
)
