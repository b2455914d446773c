using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>Collects changes in the order in which they are to be made.</summary>
internal sealed class ChangeList
{
    private readonly List<Change> _changes = [];

    public IReadOnlyList<Change> Changes => _changes;

    /// <summary>Makes a resource, or replaces it where it differs from what it is.</summary>
    /// <param name="resource">Its address.</param>
    /// <param name="wanted">What it shall be.</param>
    /// <param name="type">How it is shown.</param>
    /// <param name="addAsync">Makes it.</param>
    /// <param name="replaceAsync">Replaces it under a tag.</param>
    /// <param name="made">Member that is only known when it is made.</param>
    /// <param name="differs">Whether it differs in what is not shown.</param>
    public void Put<T>(
        string resource,
        Wanted<T> wanted,
        JsonTypeInfo<T> type,
        Func<CancellationToken, Task<bool>> addAsync,
        Func<ETag, CancellationToken, Task<bool>> replaceAsync,
        string? made = null,
        bool differs = false)
        where T : class
    {
        var after = JsonSerializer.SerializeToNode(wanted.Value, type)!.AsObject();
        if (wanted.Present is not { } present)
        {
            if (made is not null)
            {
                after.Remove(made);
            }

            _changes.Add(new(ChangeAction.Create, resource, null, after) { ApplyAsync = addAsync });
            return;
        }

        var before = JsonSerializer.SerializeToNode(present.Value, type);
        if (JsonNode.DeepEquals(before, after) && !differs)
        {
            Keep(resource);
        }
        else
        {
            _changes.Add(new(ChangeAction.Update, resource, before, after)
            {
                ApplyAsync = cancel => replaceAsync(present.ETag, cancel),
            });
        }
    }

    private void Delete<T>(
        string resource,
        Stored<T> present,
        JsonTypeInfo<T> type,
        Func<ETag, CancellationToken, Task<bool>> deleteAsync)
    {
        _changes.Add(new(ChangeAction.Delete, resource, JsonSerializer.SerializeToNode(present.Value, type))
        {
            ApplyAsync = cancel => deleteAsync(present.ETag, cancel),
        });
    }

    /// <summary>What is not mentioned: deleted if it shall go, kept otherwise.</summary>
    public void Rest<T>(
        IEnumerable<Stored<T>> present,
        IEnumerable<Wanted<T>>? wanted,
        bool prune,
        Func<T, string> resource,
        JsonTypeInfo<T> type,
        Func<T, ETag, CancellationToken, Task<bool>> deleteAsync)
        where T : class
    {
        var mentioned = (wanted ?? []).Select(one => one.Present).ToHashSet();
        foreach (var rest in present.Where(one => !mentioned.Contains(one)))
        {
            if (prune)
            {
                Delete(resource(rest.Value), rest, type, (tag, cancel) => deleteAsync(rest.Value, tag, cancel));
            }
            else
            {
                Keep(resource(rest.Value));
            }
        }
    }

    public void Add(Change change) => _changes.Add(change);

    public void Keep(string resource) => _changes.Add(new(ChangeAction.Keep, resource));
}
