using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>How giving an application a key ended.</summary>
internal enum KeyAddition
{
    /// <summary>It works.</summary>
    Done,

    /// <summary>There is no such application.</summary>
    NoApplication,

    /// <summary>The application is being deleted.</summary>
    Leaving,

    /// <summary>It has as many keys as an application may have.</summary>
    TooMany,

    /// <summary>An application of the product has this key.</summary>
    Taken,
}

/// <summary>
/// The keys of an application. A key is listed before it works and stops to work before it leaves the list: so whatever
/// breaks off in between, there is no key that works and cannot be found.
/// </summary>
internal sealed class ApplicationKeys(
    ApplicationsTable applications,
    ApplicationTurns turns,
    KeyAlignment alignment,
    KeysTable keys,
    KeyHasher hasher,
    ApplicationNews news,
    TimeProvider clock)
{
    /// <summary>Of one kind: enough to hand out the next before the last is withdrawn, as in 3scale.</summary>
    public const int Most = 5;

    /// <summary>A key to be given away.</summary>
    public StoredKey Prepare(string appId, NewKey key) => Prepare(
        key.Kind,
        key.Kind == KeyKind.UserKey ? hasher.Hash(key.Text) : hasher.HashAppKey(appId, key.Text));

    /// <summary>What an application has for its life: its app_id and its client_id.</summary>
    public IReadOnlyList<StoredKey> PrepareIdentity(Application application) =>
    [
        Prepare(KeyKind.AppId, hasher.HashAppId(application.AppId)),
        Prepare(KeyKind.ClientId, hasher.HashClientId(application.ClientId)),
    ];

    public async Task<KeyAddition> AddAsync(string id, StoredKey key, CancellationToken cancel)
    {
        // A creation that broke off may have missed what became of the account meanwhile.
        await turns.CatchUpAsync(id, cancel);
        while (await applications.FindWithKeysAsync(id, cancel) is { } read)
        {
            var (product, productGeneration) = (read.Application.Value.Product, read.Application.ProductGeneration);
            var known = await keys.FindAsync(key.Hash, product, cancel);
            if (Refuse(read, key.Kind, known, productGeneration) is { } refusal)
            {
                return refusal;
            }

            var listed = await applications.AddKeyAsync(read, key, cancel);
            if (listed == Write.Stale)
            {
                continue;
            }

            return listed == Write.Done && await ClaimAsync(read.Application, key, known, cancel)
                ? KeyAddition.Done
                : KeyAddition.Taken;
        }

        return KeyAddition.NoApplication;
    }

    /// <summary>Done or Missing. Throws when relays cannot be told: then it works no more, and is still on the list.</summary>
    public async Task<Write> RemoveAsync(string id, string keyId, CancellationToken cancel)
    {
        if (await applications.FindWithKeysAsync(id, cancel) is not { } read
            || read.Secrets.FirstOrDefault(key => key.Hash.Id == keyId) is not { } key)
        {
            return Write.Missing;
        }

        await keys.AlignAsync(key.Hash, read.Application.Value.Product, read.Application.ForKey(key).Delete(), cancel);

        // Written down while it is still on the list: nothing but the event ever closes what a key has opened, and whoever
        // withdraws it again tells it again.
        await news.TellOfKeyAsync(read.Application, keyId);
        return await applications.RemoveKeyAsync(id, key, cancel);
    }

    // Makes a listed key work; takes it off the list again when another has it.
    private async Task<bool> ClaimAsync(
        ApplicationRecord application,
        StoredKey key,
        KeyRecord? known,
        CancellationToken cancel)
    {
        var claimed = await keys.ClaimAsync(key.Hash, application.Value.Product, application.ForKey(key), known, cancel);
        if (claimed != Write.Done)
        {
            await applications.RemoveKeyAsync(application.Value.Id, key, cancel);
            return false;
        }

        // What has changed about the application since it was read, such as its plan, may have passed by the new row.
        await alignment.AlignAsync(application.Value.Id, cancel);
        return true;
    }

    private StoredKey Prepare(KeyKind kind, KeyHash hash) =>
        new(kind, hash, Parts.NewGeneration(), clock.GetUtcNow());

    private static KeyAddition? Refuse(
        ApplicationWithKeys read,
        KeyKind kind,
        KeyRecord? known,
        string productGeneration) =>
        read.Application.Wanted == KeyState.Deleted ? KeyAddition.Leaving
        : read.Keys.Count(key => key.Kind == kind) >= Most ? KeyAddition.TooMany
        : known is not null && !known.IsFree(productGeneration) ? KeyAddition.Taken
        : null;
}
