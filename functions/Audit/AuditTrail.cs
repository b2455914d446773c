using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Http;

namespace Serverless.Functions.Audit;

/// <summary>A resource as its own GET shows it.</summary>
/// <param name="Body">What it answers.</param>
/// <param name="Tag">Its ETag, if it has one.</param>
internal sealed record ShownResource(ReadOnlyMemory<byte> Body, string? Tag);

/// <summary>Asks the function that shows what is at a path, in the name of a call; null when nothing is.</summary>
internal delegate Task<ShownResource?> ShowResource(HttpContext call, string path);

/// <summary>
/// Writes down every change: before it is begun, that it is; after it, how it ended. So there is no change without its
/// entry, and what a crash leaves says <c>unknown</c>, which is true. The answer goes out when the entry is complete. A call that
/// changes many resources leaves an entry for each of them too, so that whoever asks for one finds all that became of it.
/// </summary>
internal sealed partial class AuditTrail(AuditTable table, ShowResource showAsync, TimeProvider clock, ILogger<AuditTrail> logger)
{
    /// <summary>Runs what makes a change and writes its answer, and records both. When nothing can be recorded, it throws and nothing has run.</summary>
    /// <param name="action">Name of the function.</param>
    /// <param name="resource">Path of what it is about; null when that is yet to be made.</param>
    /// <param name="call">The request, of a known caller.</param>
    /// <param name="runAsync">Makes the change.</param>
    public async Task RecordAsync(string action, string? resource, HttpContext call, Func<Task> runAsync)
    {
        var shown = resource is null ? null : await showAsync(call, resource);
        var before = shown is null ? null : Disclosure.Of(shown.Body);
        var entry = new AuditEntry
        {
            Id = RandomNumberGenerator.GetHexString(16, lowercase: true),
            At = clock.GetUtcNow(),
            Actor = call.Features.Get<Caller>()!,
            Action = action,
            Method = call.Request.Method,
            Path = Bounded(call.Request.Path),
            Resource = Bounded(resource ?? call.Request.Path),
            Outcome = AuditOutcome.Unknown,
            ETagBefore = shown?.Tag,
        };

        // Storage being away, the change is refused like everything else that needs it.
        var tag = await table.AddAsync(entry, before, call.RequestAborted);
        using var answer = new HeldAnswer(call);
        try
        {
            await runAsync();
        }
        finally
        {
            // What is done is done, whatever came after it.
            await AddPartsAsync(entry, MadeChanges.Of(call));
        }

        await CompleteAsync(
            Complete(entry, call.Response, MadeChanges.Of(call).Count > 0),
            before,
            Disclosure.Of(await answer.EndAsync()),
            tag);
        await answer.SendAsync();
    }

    // A path may be as long as a request line, and a text in storage only half of that.
    private static string Bounded(PathString path) => Text.Shorten(path.Value!, 2048);

    private static AuditEntry Complete(AuditEntry entry, HttpResponse response, bool hasParts) => entry with
    {
        Status = response.StatusCode,
        Outcome = response.StatusCode switch
        {
            < 400 => AuditOutcome.Done,
            < 500 when hasParts => AuditOutcome.Partial,
            < 500 => AuditOutcome.Refused,
            _ => AuditOutcome.Unknown,
        },
        Resource = response.StatusCode == StatusCodes.Status201Created && response.Headers.Location.Count > 0
            ? Bounded(new(response.Headers.Location.ToString()))
            : entry.Resource,
        ETagAfter = response.Headers.ETag.Count > 0 ? response.Headers.ETag.ToString() : null,
    };

    private async Task CompleteAsync(AuditEntry entry, string? before, string? after, Azure.ETag tag)
    {
        try
        {
            // Not given up with the caller: it is done, whether he waits for the answer or not.
            await table.CompleteAsync(
                entry,
                before,
                entry.Outcome is AuditOutcome.Done or AuditOutcome.Partial ? after : null,
                tag,
                CancellationToken.None);
        }
        catch (Exception e) when (Failure.IsStorageAway(e))
        {
            // The change has happened and its answer is true; the entry goes on to say that nobody knows.
            NotCompleted(e, entry.Id);
        }
    }

    private async Task AddPartsAsync(AuditEntry entry, IReadOnlyList<MadeChange> made)
    {
        var parts = made.Select((change, index) => (
            entry with
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"{entry.Id}-{index + 1:D5}"),
                PartOf = entry.Id,
                Resource = Bounded(change.Resource),
                Outcome = AuditOutcome.Done,
                ETagBefore = null,
            },
            Disclosure.Of(change.Before),
            Disclosure.Of(change.After)));
        try
        {
            await table.AddPartsAsync(parts, CancellationToken.None);
        }
        catch (Exception e) when (Failure.IsStorageAway(e))
        {
            // The entry of the call tells of them, as far as its answer does.
            PartsNotAdded(e, entry.Id);
        }
    }

    [LoggerMessage(8000, LogLevel.Error, "Audit entry {Id} stays 'unknown': how it ended could not be written.", EventName = "NotCompleted")]
    private partial void NotCompleted(Exception exception, string id);

    [LoggerMessage(8001, LogLevel.Error, "Audit entry {Id} has not all of its parts: they could not be written.", EventName = "PartsNotAdded")]
    private partial void PartsNotAdded(Exception exception, string id);

    // The next free id is 8002.
}
