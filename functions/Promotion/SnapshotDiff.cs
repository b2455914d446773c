using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>What happens to a part of a snapshot.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeKind>))]
internal enum ChangeKind
{
    /// <summary>It comes.</summary>
    [JsonStringEnumMemberName("add")]
    Add,

    /// <summary>It goes.</summary>
    [JsonStringEnumMemberName("remove")]
    Remove,

    /// <summary>It becomes another.</summary>
    [JsonStringEnumMemberName("replace")]
    Replace,
}

/// <summary>One difference between two snapshots.</summary>
/// <param name="Op">What happens.</param>
/// <param name="Path">Where: a JSON pointer, in which backends and policies are called by their names.</param>
/// <param name="Before">What is there now; of a rule that goes, the path counts in what is there now.</param>
/// <param name="After">What would be there.</param>
internal sealed record Change(ChangeKind Op, string Path, JsonNode? Before, JsonNode? After);

/// <summary>
/// Tells two snapshots apart. Secrets are compared and not shown: every part is held twice, as it is and as it may be shown.
/// </summary>
internal sealed class SnapshotDiff
{
    private readonly List<Change> _changes = [];

    /// <summary>The differences; without a first snapshot, everything that the second one has.</summary>
    public static IReadOnlyList<Change> Compare(ProductSnapshot? before, ProductSnapshot after)
    {
        var diff = new SnapshotDiff();
        diff.Members("", Part.Of(before), Part.Of(after));
        return diff._changes;
    }

    private void Any(string path, Part before, Part after)
    {
        if (before.Real is JsonObject && after.Real is JsonObject)
        {
            Members(path, before, after);
        }
        else if (path == "/backends")
        {
            Members(path, before.ByName("backend"), after.ByName("backend"));
        }
        else if (path == "/policy_chain")
        {
            Members(path, before.ByName("name"), after.ByName("name"));
            Order(path, before, after);
        }
        else if (path is "/mapping_rules" or "/message_rules")
        {
            Rules(path, before, after);
        }
        else if (!JsonNode.DeepEquals(before.Real, after.Real))
        {
            Add(ChangeKind.Replace, path, before, after);
        }
    }

    private void Members(string path, Part before, Part after)
    {
        foreach (var name in before.Names.Concat(after.Names.Except(before.Names)))
        {
            var here = Errors.Append(path, name);
            if (before.Member(name) is not { } old)
            {
                Add(ChangeKind.Add, here, null, after.Member(name));
            }
            else if (after.Member(name) is not { } now)
            {
                Add(ChangeKind.Remove, here, old, null);
            }
            else
            {
                Any(here, old, now);
            }
        }
    }

    // Policies apply one after another; by their names alone a change of that order would not be seen.
    private void Order(string path, Part before, Part after)
    {
        string[] Names(Part chain) => [.. chain.Items.Select(policy => (string)policy.Real!["name"]!)];
        var (old, now) = (Names(before), Names(after));
        if (!old.Intersect(now).SequenceEqual(now.Intersect(old)))
        {
            _changes.Add(new(ChangeKind.Replace, path, List(old), List(now)));
        }

        static JsonArray List(string[] names) => new([.. names.Select(name => (JsonNode)name)]);
    }

    private void Rules(string path, Part before, Part after)
    {
        var (old, now) = (before.Items, after.Items);
        var steps = ListSteps.Between([.. old.Select(Text)], [.. now.Select(Text)]);
        foreach (var (removed, added) in steps)
        {
            var op = removed is null ? ChangeKind.Add : added is null ? ChangeKind.Remove : ChangeKind.Replace;
            Add(op, $"{path}/{added ?? removed}", removed is { } r ? old[r] : null, added is { } a ? now[a] : null);
        }

        static string Text(Part rule) => rule.Real!.ToJsonString();
    }

    private void Add(ChangeKind op, string path, Part? before, Part? after) =>
        _changes.Add(new(op, path, before?.Shown?.DeepClone(), after?.Shown?.DeepClone()));

    /// <summary>A part of a snapshot, as it is and as it may be shown.</summary>
    private sealed record Part(JsonNode? Real, JsonNode? Shown)
    {
        public IEnumerable<string> Names => Real!.AsObject().Select(member => member.Key);

        public IReadOnlyList<Part> Items => [.. Real!.AsArray().Select((item, index) => new Part(item, Shown![index]))];

        public static Part Of(ProductSnapshot? snapshot)
        {
            if (snapshot is null)
            {
                return new(new JsonObject(), new JsonObject());
            }

            var part = new Part(ShownSnapshot.Whole(snapshot), ShownSnapshot.Masked(snapshot));
            foreach (var side in new[] { part.Real, part.Shown })
            {
                side!.AsObject().Remove("version");
                side.AsObject().Remove("product");
            }

            return part;
        }

        public Part? Member(string name) =>
            Real!.AsObject().TryGetPropertyValue(name, out var real) ? new(real, Shown![name]) : null;

        /// <summary>A list as an object whose members are called by one of their own.</summary>
        public Part ByName(string member)
        {
            var names = Items.Select(item => (string)item.Real![member]!).ToList();
            return new(Keyed(Real!), Keyed(Shown!));

            JsonObject Keyed(JsonNode list) =>
                new(list.AsArray().Select((item, index) => KeyValuePair.Create(names[index], item?.DeepClone())));
        }
    }
}
