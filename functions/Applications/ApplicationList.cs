using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>Lists applications by the notes about them.</summary>
internal sealed class ApplicationList(ApplicationsTable applications)
{
    /// <summary>
    /// The applications that the notes are about. A note of nothing, or of what is not so any more, is passed over; so a
    /// part of a list may have fewer items than were asked for, and still not be the last.
    /// </summary>
    public async Task<Listing<Application>> ReadAsync(
        Listing<Dependent> notes,
        Func<Dependent, ApplicationRecord?, bool> isSo,
        CancellationToken cancel)
    {
        var found = await Task.WhenAll(notes.Items.Select(async note =>
            await applications.FindAsync(note.Name, cancel) is { } application && isSo(note, application)
                ? application.Value
                : null));
        return new([.. found.OfType<Application>()], notes.Next);
    }

    /// <summary>Whether an application is the noted one, and belongs to the account beside which the note is.</summary>
    public static bool IsOwned(Dependent note, ApplicationRecord? application) =>
        application?.Generation == note.Generation && application.Value.Account == note.Owner;

    /// <summary>Whether an application is the noted one, and on the plan beside which the note is.</summary>
    public static bool IsOnPlan(Dependent note, ApplicationRecord? application) =>
        application?.Generation == note.Generation && application.Value.Plan == note.Owner;
}
