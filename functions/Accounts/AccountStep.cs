namespace Serverless.Functions.Accounts;

/// <summary>A way from one state of an account to another, as in 3scale.</summary>
/// <param name="To">Where it leads.</param>
/// <param name="From">Where it may begin; asked for where it leads already, it is done.</param>
internal sealed record AccountStep(AccountState To, params IReadOnlyList<AccountState> From)
{
    public static AccountStep Approve { get; } =
        new(AccountState.Approved, AccountState.Created, AccountState.Pending, AccountState.Rejected);

    public static AccountStep Reject { get; } =
        new(AccountState.Rejected, AccountState.Created, AccountState.Pending, AccountState.Approved);

    public static AccountStep MakePending { get; } =
        new(AccountState.Pending, AccountState.Created, AccountState.Approved, AccountState.Rejected);

    public static AccountStep Suspend { get; } = new(AccountState.Suspended, AccountState.Approved);

    public static AccountStep Resume { get; } = new(AccountState.Approved, AccountState.Suspended);

    public bool IsAllowedFrom(AccountState state) => state == To || From.Contains(state);
}
