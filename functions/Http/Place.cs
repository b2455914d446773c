using System.Globalization;
using System.Text;

namespace Serverless.Functions.Http;

/// <summary>
/// A place in a document. Its pointer is put together when somebody asks, which is when something is wrong there: put together
/// for every member and item, the pointers would outgrow the document a hundred thousand times.
/// </summary>
internal sealed class Place
{
    private readonly Place? _around;
    private readonly string? _name;
    private readonly int _index;

    private Place(Place? around, string? name, int index) => (_around, _name, _index) = (around, name, index);

    /// <summary>The place that a pointer names.</summary>
    public static Place Of(string pointer) => new(null, pointer, 0);

    public Place Member(string name) => new(this, name, 0);

    public Place Item(int index) => new(this, null, index);

    /// <summary>The pointer.</summary>
    public override string ToString()
    {
        var path = new Stack<Place>();
        for (var place = this; place is not null; place = place._around)
        {
            path.Push(place);
        }

        var pointer = new StringBuilder(path.Pop()._name);
        foreach (var place in path)
        {
            pointer.Append('/').Append(place._name is { } name
                ? Errors.Token(name)
                : place._index.ToString(CultureInfo.InvariantCulture));
        }

        return pointer.ToString();
    }
}
