using Serverless.Functions.Http;

namespace Serverless.Functions.Applications;

/// <summary>
/// Body that replaces what can be replaced of an application. What cannot may be there as it was read, so that an
/// answer can be sent back with a change in it.
/// </summary>
internal sealed record ApplicationInput
{
    public string? Id { get; init; }

    public string? Account { get; init; }

    public string? Product { get; init; }

    public string? Plan { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? AppId { get; init; }

    public string? ClientId { get; init; }

    public string? RedirectUrl { get; init; }

    public ApplicationState? State { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public void Check(Errors errors, Application existing)
    {
        errors.SystemName("/plan", Plan);
        errors.Name("/name", Name);
        errors.Description("/description", Description);
        errors.RedirectUrl("/redirect_url", RedirectUrl);
        Same("/id", Id, existing.Id);
        Same("/account", Account, existing.Account);
        Same("/product", Product, existing.Product);
        Same("/app_id", AppId, existing.AppId);
        Same("/client_id", ClientId, existing.ClientId);
        if (State is not null && State != existing.State)
        {
            errors.Add("/state", "immutable", "The state changes by :accept, :suspend and :resume: leave it out or as it is.");
        }

        if (CreatedAt is not null && CreatedAt != existing.CreatedAt)
        {
            errors.Add("/created_at", "immutable", "The time of creation cannot change: leave it out or as it is.");
        }

        void Same(string at, string? sent, string kept)
        {
            if (sent is not null && sent != kept)
            {
                errors.Add(at, "immutable", $"It is '{kept}' and cannot change: leave it out or as it is.");
            }
        }
    }

    public Application ToApplication(Application existing) =>
        existing with { Name = Name!, Description = Description, RedirectUrl = RedirectUrl };
}

/// <summary>Body that puts an application on another plan.</summary>
internal sealed record PlanChangeInput
{
    public string? Plan { get; init; }

    public void Check(Errors errors) => errors.SystemName("/plan", Plan);
}

/// <summary>Body that makes a key.</summary>
internal sealed record KeyInput
{
    public string? UserKey { get; init; }

    public string? AppKey { get; init; }

    public void Check(Errors errors)
    {
        errors.UserKey("/user_key", UserKey);
        errors.AppKey("/app_key", AppKey);
    }

    // A record would print the key otherwise.
    public override string ToString() => nameof(KeyInput);
}

/// <summary>Body that makes a referrer filter.</summary>
internal sealed record ReferrerFilterInput
{
    public string? Value { get; init; }

    public void Check(Errors errors)
    {
        if (Value is null)
        {
            errors.Required("/value");
        }
        else if (!ReferrerFilters.IsWellFormed(Value))
        {
            errors.Add("/value", "invalid_referrer_filter", "It needs 1 to 255 letters, digits, '.', '-', and '*' for any text.");
        }
    }
}
