namespace Serverless.Functions.Applications;

/// <summary>Makes the rows of an application's credentials say what the application wants.</summary>
internal sealed class KeyAlignment(ApplicationsTable applications, KeysTable keys)
{
    public async Task AlignAsync(string id, CancellationToken cancel)
    {
        if (await applications.FindWithKeysAsync(id, cancel) is { Application: var application } read)
        {
            await Task.WhenAll(read.Keys.Select(key =>
                keys.AlignAsync(key.Hash, application.Value.Product, application.ForKey(key), cancel)));
        }
    }
}
