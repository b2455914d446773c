using System.Globalization;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>A place in a text, both counted from 1.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>
/// Where each part of a document stands in the text that it was read from. The parts are a tree, in which each has its own
/// name alone: with all their pointers written out they would outgrow the document a hundred thousand times.
/// </summary>
internal sealed class Positions
{
    /// <summary>The whole document.</summary>
    public const int Root = 0;

    private readonly List<(int Around, string Token, Position Position)> _parts = [];
    private readonly Dictionary<(int Around, string Token), int> _byToken = [];

    /// <summary>Begins with the whole document.</summary>
    public void Begin(Position position) => _parts.Add((Root, "", position));

    /// <summary>Notes a member, and gives its number. What is there twice stands where it stands first.</summary>
    public int AddMember(int around, string name, Position position) => Add(around, Errors.Token(name), position);

    /// <summary>Notes an item of a list, and gives its number.</summary>
    public int AddItem(int around, int index, Position position) =>
        Add(around, index.ToString(CultureInfo.InvariantCulture), position);

    /// <summary>The JSON pointer to a part.</summary>
    public string PointerTo(int part) => string.Concat(PathTo(part).Reverse().Select(token => "/" + token));

    /// <summary>Notes what is wrong with a part.</summary>
    public void Refuse(int part, string code, string message, Errors errors)
    {
        if (!errors.IsFull)
        {
            errors.Add(PointerTo(part), code, message);
        }
    }

    /// <summary>Says of each error where it is. What is missing has no place: what it is missing from has.</summary>
    public IReadOnlyList<InvalidMember> Place(IReadOnlyList<InvalidMember> errors) => [.. errors.Select(Place)];

    private InvalidMember Place(InvalidMember error) =>
        Find(error.At) is { } position ? error with { Line = position.Line, Column = position.Column } : error;

    private int Add(int around, string token, Position position)
    {
        if (_byToken.TryGetValue((around, token), out var known))
        {
            return known;
        }

        _parts.Add((around, token, position));
        return _byToken[(around, token)] = _parts.Count - 1;
    }

    private IEnumerable<string> PathTo(int part)
    {
        for (; part != Root; part = _parts[part].Around)
        {
            yield return _parts[part].Token;
        }
    }

    private Position? Find(string pointer)
    {
        var part = Root;
        foreach (var token in pointer.Split('/').Skip(1))
        {
            if (!_byToken.TryGetValue((part, token), out var inner))
            {
                break;
            }

            part = inner;
        }

        return _parts.Count == 0 ? null : _parts[part].Position;
    }
}
