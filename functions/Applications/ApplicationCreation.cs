using Serverless.Functions.Accounts;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>How making an application ended.</summary>
internal enum Creation
{
    /// <summary>It is there, and its credentials work.</summary>
    Done,

    /// <summary>There is no such account.</summary>
    NoAccount,

    /// <summary>The product has no such plan.</summary>
    NoPlan,

    /// <summary>There is an application with this identifier.</summary>
    IdTaken,

    /// <summary>An application of the product has this key.</summary>
    KeyTaken,

    /// <summary>An application of the product has this app_id.</summary>
    AppIdTaken,

    /// <summary>An application of the product has this client_id.</summary>
    ClientIdTaken,
}

/// <summary>
/// Makes applications: first the notes at account and plan, which keep those from being deleted; then the application with
/// its credentials in the list; then the rows that make those work. Broken off after the first step there are notes of
/// nothing, which lists leave out; after the second an application whose credentials are refused. Never one that works and
/// is not listed.
/// </summary>
internal sealed class ApplicationCreation(
    ApplicationsTable applications,
    ApplicationTurns turns,
    KeyAlignment alignment,
    KeysTable keysTable,
    ApplicationLife life,
    AccountsTable accounts,
    PlansTable plans)
{
    public async Task<Creation> CreateAsync(
        Product product,
        ApplicationRecord application,
        IReadOnlyList<StoredKey> keys,
        CancellationToken cancel)
    {
        var (id, generation) = (application.Value.Id, application.Generation);
        var known = await Task.WhenAll(keys.Select(key => keysTable.FindAsync(key.Hash, product.SystemName, cancel)));
        foreach (var (index, key) in keys.Index())
        {
            if (known[index] is { } row && !row.IsFree(product.Generation))
            {
                return Taken(key.Kind);
            }
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

        if (await applications.AddAsync(application, keys, cancel) != Write.Done)
        {
            await life.ForgetAsync(application, cancel);
            return Creation.IdTaken;
        }

        // Whoever has changed the account since it was read may have looked for its applications before this one was there.
        if (await turns.CatchUpAsync(id, cancel) && await applications.FindAsync(id, cancel) is { } behind)
        {
            application = behind;
        }

        // One after the other, in the order in which everybody claims: were app_id and client_id claimed at once, two who want
        // both could get one each, and neither an application.
        foreach (var (index, key) in keys.Index())
        {
            var wanted = application.ForKey(key);
            if (await keysTable.ClaimAsync(key.Hash, product.SystemName, wanted, known[index], cancel) != Write.Done)
            {
                // Somebody has taken it since it was looked for.
                await life.DeleteAsync(id, Azure.ETag.All, cancel);
                return Taken(key.Kind);
            }
        }

        // What has changed about the application since it was read may have passed by the new rows.
        await alignment.AlignAsync(id, cancel);
        return Creation.Done;
    }

    private static Creation Taken(KeyKind kind) => kind switch
    {
        KeyKind.AppId => Creation.AppIdTaken,
        KeyKind.ClientId => Creation.ClientIdTaken,
        _ => Creation.KeyTaken,
    };
}
