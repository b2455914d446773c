using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>
/// What an import did not take over as it was, each with its place in the document that was sent. Values are never
/// repeated: some of them are secrets.
/// </summary>
internal sealed class Report(Positions positions)
{
    private readonly List<InvalidMember> _entries = [];

    public IReadOnlyList<InvalidMember> Entries => _entries;

    /// <summary>It is left out, because there is nothing like it here.</summary>
    public void LeaveOut(string at, string why) => Add(at, "no_counterpart", $"{why} It is left out.");

    /// <summary>It is left out, because it breaks a rule here.</summary>
    public void Refuse(string at, string code, string why) => Add(at, code, $"{why} It is left out.");

    /// <summary>It is taken over, but not as it was.</summary>
    public void Change(string at, string code, string what) => Add(at, code, what);

    /// <summary>Every member that nobody has asked for and that says something.</summary>
    public void LeaveOutRest(Section section, IReadOnlySet<string> known)
    {
        if (!section.IsObject)
        {
            return;
        }

        foreach (var member in section.Element.EnumerateObject())
        {
            if (!known.Contains(member.Name) && Says(member.Value))
            {
                LeaveOut(Errors.Append(section.At, member.Name), "There is nothing like it here.");
            }
        }
    }

    private void Add(string at, string code, string message) =>
        _entries.AddRange(positions.Place([new(at, code, message)]));

    private static bool Says(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };
}
