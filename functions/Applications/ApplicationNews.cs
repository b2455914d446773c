using Serverless.Contracts;
using Serverless.Functions.Events;

namespace Serverless.Functions.Applications;

/// <summary>
/// Tells relays of changes of applications that hold for every key. Whoever asks for a change again is told so again, and so are
/// they: thus a change that broke off before it was told is told by being asked for once more.
/// </summary>
internal sealed class ApplicationNews(ApplicationsTable applications, EventLog events)
{
    /// <summary>
    /// Tells that something has become of an application, if that was done. It holds by now, so whoever asked for it may be gone.
    /// </summary>
    public async Task<Change> TellAsync(string kind, string id, Change change)
    {
        if (change == Change.Done && await applications.FindAsync(id, CancellationToken.None) is { } application)
        {
            await events.AnnounceAsync(About(kind, application));
        }

        return change;
    }

    /// <summary>Tells that an application's account lets it in, or not any more, where that is what decides.</summary>
    public async Task TellOfAccountAsync(string id, CancellationToken cancel)
    {
        if (await applications.FindAsync(id, cancel) is { Wanted: KeyState.Live } application)
        {
            await events.AnnounceAsync(About(
                application.AccountActive ? EventKinds.ApplicationResumed : EventKinds.ApplicationSuspended,
                application));
        }
    }

    /// <summary>Tells that a key of an application works no more; throws when that cannot be written down.</summary>
    public Task TellOfKeyAsync(ApplicationRecord application, string key) =>
        events.AppendAsync(About(EventKinds.KeyDeleted, application) with { Key = key });

    private static Happening About(string kind, ApplicationRecord application) => new(kind)
    {
        Product = application.Value.Product,
        Application = application.Value.Id,
    };
}
