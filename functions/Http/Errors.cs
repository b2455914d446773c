using Serverless.Contracts;

namespace Serverless.Functions.Http;

/// <summary>
/// Everything that is wrong with a body, in the order of finding. Where something is wrong already, nothing more is
/// said: a member of the wrong type is not also a missing one.
/// </summary>
internal sealed class Errors
{
    // So that a body of a hundred thousand unknown members does not become an answer of that many.
    private const int Most = 100;

    private readonly List<InvalidMember> _found = [];

    public IReadOnlyList<InvalidMember> Found => _found;

    /// <summary>Notes what is wrong at a place, given as a JSON pointer.</summary>
    public void Add(string at, string code, string message)
    {
        if (_found.Count < Most && !Has(at))
        {
            _found.Add(new(at, code, message));
        }
    }

    /// <summary>Notes what was found in a part of a document, whose pointers begin at that part.</summary>
    public void AddWithin(string at, Errors part)
    {
        foreach (var error in part.Found)
        {
            Add(at + error.At, error.Code, error.Message);
        }
    }

    /// <summary>Whether something is wrong at this place or inside it.</summary>
    public bool Has(string at) => _found.Exists(e => e.At == at || e.At.StartsWith(at + "/", StringComparison.Ordinal));

    /// <summary>A JSON pointer's next token.</summary>
    public static string Append(string pointer, string member) =>
        pointer + "/" + member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
