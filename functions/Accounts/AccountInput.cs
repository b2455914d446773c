using Serverless.Functions.Http;

namespace Serverless.Functions.Accounts;

/// <summary>Body that makes or replaces an account.</summary>
internal sealed record AccountInput
{
    private const int MaxEmail = 254;

    public string? SystemName { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    public AccountState? State { get; init; }

    public void Check(Errors errors, Account? existing = null)
    {
        errors.SystemName("/system_name", SystemName, existing?.SystemName);
        errors.Name("/name", Name);
        if (Email is not null && !IsEmail(Email))
        {
            errors.Add("/email", "invalid_email", $"It needs an address such as a@example.com, of up to {MaxEmail} characters.");
        }

        if (existing is not null && State is not null && State != existing.State)
        {
            errors.Add(
                "/state",
                "immutable",
                "The state changes by :approve, :reject, :suspend, :resume and :make-pending: leave it out or as it is.");
        }
        else if (existing is null && State is (AccountState.Rejected or AccountState.Suspended))
        {
            errors.Add("/state", "out_of_range", "A new account is created, pending or approved.");
        }
    }

    public Account ToAccount(Account? existing = null) => new()
    {
        SystemName = existing?.SystemName ?? SystemName!,
        Name = Name!,
        Email = Email,
        State = existing?.State ?? State ?? AccountState.Approved,
    };

    // As much as can be said without sending one: something on both sides of the one '@'.
    private static bool IsEmail(string email) =>
        email.Length <= MaxEmail
        && email.IndexOf('@', StringComparison.Ordinal) is var at and > 0
        && at == email.LastIndexOf('@')
        && at < email.Length - 1
        && !email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));
}
