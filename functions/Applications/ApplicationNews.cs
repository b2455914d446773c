using Serverless.Contracts;
using Serverless.Functions.Events;

namespace Serverless.Functions.Applications;

/// <summary>
/// Tells relays of changes of applications that hold for every key. Whoever asks for a change again is told so again, and so are
/// they: thus a change that broke off before it was told is told by being asked for once more.
/// </summary>
internal sealed class ApplicationNews(ApplicationsTable applications, EventLog events)
{
    /// <summary>Tells that something has become of an application, if that was done.</summary>
    public async Task<Change> TellAsync(string kind, string id, Change change, CancellationToken cancel)
    {
        if (change == Change.Done && await applications.FindAsync(id, cancel) is { } application)
        {
            await TellAsync(kind, application);
        }

        return change;
    }

    /// <summary>Tells that an application's account lets it in, or not any more, where that is what decides.</summary>
    public async Task TellOfAccountAsync(string id, CancellationToken cancel)
    {
        if (await applications.FindAsync(id, cancel) is { Wanted: KeyState.Live } application)
        {
            await TellAsync(
                application.AccountActive ? EventKinds.ApplicationResumed : EventKinds.ApplicationSuspended,
                application);
        }
    }

    /// <summary>Tells of an application as it was read; of one of its keys, if one is named.</summary>
    public Task TellAsync(string kind, ApplicationRecord application, string? key = null) => events.AnnounceAsync(new(kind)
    {
        Product = application.Value.Product,
        Application = application.Value.Id,
        Key = key,
    });
}
