using System.Security.Cryptography;
using Serverless.Functions.Accounts;
using Serverless.Functions.Http;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>Body that makes an application.</summary>
internal sealed record NewApplicationInput
{
    private const int GeneratedIdLength = 16;

    public string? Id { get; init; }

    public string? Product { get; init; }

    public string? Plan { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? AppId { get; init; }

    public string? ClientId { get; init; }

    public string? RedirectUrl { get; init; }

    public string? UserKey { get; init; }

    public string? AppKey { get; init; }

    public void Check(Errors errors)
    {
        if (Id is not null)
        {
            errors.Slug("/id", Id);
        }

        errors.SystemName("/product", Product);
        if (Plan is not null)
        {
            errors.SystemName("/plan", Plan);
        }

        errors.Name("/name", Name);
        errors.Description("/description", Description);
        errors.AppId("/app_id", AppId);
        errors.ClientId("/client_id", ClientId);
        errors.RedirectUrl("/redirect_url", RedirectUrl);
        errors.UserKey("/user_key", UserKey);
        errors.AppKey("/app_key", AppKey);
    }

    public ApplicationRecord ToRecord(AccountRecord account, Product product, Plan plan, DateTimeOffset now)
    {
        var id = Id ?? RandomNumberGenerator.GetHexString(GeneratedIdLength, lowercase: true);
        var appId = AppId ?? (AppCredential.IsAppId(id) ? id : id.PadRight(AppCredential.MinAppId, '-'));
        return new()
        {
            Value = new()
            {
                Id = id,
                Account = account.Value.SystemName,
                Product = product.SystemName,
                Plan = plan.SystemName,
                Name = Name!,
                Description = Description,
                AppId = appId,
                ClientId = ClientId ?? appId,
                RedirectUrl = RedirectUrl,
                State = plan.ApprovalRequired ? ApplicationState.Pending : ApplicationState.Live,
                CreatedAt = now,
            },
            Wanted = plan.ApprovalRequired ? KeyState.Suspended : KeyState.Live,
            Generation = Parts.NewGeneration(),
            ProductGeneration = product.Generation,
            AccountActive = account.IsActive,
            AccountTurn = account.Turn,
        };
    }

    // A record would print the key otherwise.
    public override string ToString() => nameof(NewApplicationInput);
}
