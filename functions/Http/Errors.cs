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

    // As long as any name that means something; a longer one is shown by its beginning.
    private const int MaxToken = 255;

    private readonly List<InvalidMember> _found = [];

    public IReadOnlyList<InvalidMember> Found => _found;

    /// <summary>Whether there are so many that no more are taken.</summary>
    public bool IsFull => _found.Count == Most;

    /// <summary>Notes what is wrong at a place, given as a JSON pointer.</summary>
    public void Add(string at, string code, string message)
    {
        if (!IsFull && !Has(at))
        {
            _found.Add(new(at, code, message));
        }
    }

    /// <summary>The same; the pointer is put together only if it is taken.</summary>
    public void Add(Place at, string code, string message)
    {
        if (!IsFull)
        {
            Add(at.ToString(), code, message);
        }
    }

    /// <summary>Notes what is wrong with what is missing at a place, whatever is wrong with what is there.</summary>
    public void AddBeside(string at, string code, string message)
    {
        if (!IsFull && !_found.Exists(e => e.At == at))
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
    public bool Has(string at) => _found.Exists(e =>
        e.At.StartsWith(at, StringComparison.Ordinal) && (e.At.Length == at.Length || e.At[at.Length] == '/'));

    /// <summary>A JSON pointer with its next token.</summary>
    public static string Append(string pointer, string member) => pointer + "/" + Token(member);

    /// <summary>A member's token in a JSON pointer.</summary>
    public static string Token(string member) => (member.Length > MaxToken ? member[..MaxToken] + "…" : member)
        .Replace("~", "~0", StringComparison.Ordinal)
        .Replace("/", "~1", StringComparison.Ordinal);
}
