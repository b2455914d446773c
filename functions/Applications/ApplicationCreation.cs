using Serverless.Functions.Accounts;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>How making an application ended.</summary>
internal enum Creation
{
    /// <summary>It is there, and its key works.</summary>
    Done,

    /// <summary>There is no such account.</summary>
    NoAccount,

    /// <summary>The product has no such plan.</summary>
    NoPlan,

    /// <summary>There is an application with this identifier.</summary>
    IdTaken,

    /// <summary>An application of the product has this key.</summary>
    KeyTaken,
}

/// <summary>
/// Makes applications: first the notes at account and plan, which keep those from being deleted; then the application with
/// its key in the list; then the row that makes the key work. Broken off after the first step there are notes of nothing,
/// which lists leave out; after the second an application whose key is refused. Never a key that works and is not listed.
/// </summary>
internal sealed class ApplicationCreation(
    ApplicationsTable applications,
    ApplicationKeys keys,
    KeysTable keysTable,
    ApplicationLife life,
    AccountsTable accounts,
    PlansTable plans)
{
    public async Task<Creation> CreateAsync(
        Product product,
        ApplicationRecord application,
        StoredKey key,
        CancellationToken cancel)
    {
        var (id, generation) = (application.Value.Id, application.Generation);
        var known = await keysTable.FindAsync(key.Hash, product.SystemName, cancel);
        if (known is not null && !known.IsFree(product.Generation))
        {
            return Creation.KeyTaken;
        }

        if (await applications.FindAsync(id, cancel) is not null)
        {
            return Creation.IdTaken;
        }

        if (await accounts.AddApplicationAsync(application.Value.Account, id, generation, cancel) != Write.Done)
        {
            return Creation.NoAccount;
        }

        if (await plans.AddApplicationAsync(product, application.Value.Plan, id, generation, cancel) != Write.Done)
        {
            await life.ForgetAsync(application, cancel);
            return Creation.NoPlan;
        }

        if (await applications.AddAsync(application, key, cancel) != Write.Done)
        {
            await life.ForgetAsync(application, cancel);
            return Creation.IdTaken;
        }

        if (await keys.ClaimAsync(application, key, known, cancel))
        {
            return Creation.Done;
        }

        // Somebody has taken the key since it was looked for.
        await life.DeleteAsync(id, Azure.ETag.All, cancel);
        return Creation.KeyTaken;
    }
}
